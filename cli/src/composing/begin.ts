import { cliError } from '../errors.js';
import { suggest } from '../suggest.js';
import { ask, canAsk } from './ask.js';
import { type Official, officialPlugins, scope } from './official.js';

/** How long a local Ollama has to answer. Unit: ms. */
const limitMs = 500;
/** Where Ollama listens. Source: Ollama FAQ, "How do I configure Ollama server?", 2026. */
const ollamaAt = 'http://127.0.0.1:11434';

/** Who can answer, and with which model. */
export interface Answering {
  readonly plugin: string;
  /** As the composition binds it. Undefined: the only one it has, or the first it lists. */
  readonly model: string | undefined;
}
interface Candidate {
  readonly short: string;
  readonly plugin: Official;
  readonly provider: NonNullable<Official['provider']>;
  /** Why it would work at once. Undefined: nothing speaks for that. */
  readonly found: string | undefined;
  readonly models: readonly string[];
}

async function modelsOfOllama(env: NodeJS.ProcessEnv): Promise<readonly string[] | undefined> {
  const { OLLAMA_HOST: host } = env;
  const at = host ? (/^https?:/.test(host) ? host : `http://${host}`) : ollamaAt;
  try {
    const response = await fetch(`${at}/api/tags`, { signal: AbortSignal.timeout(limitMs) });
    const { models } = (await response.json()) as { models?: readonly { readonly name?: unknown }[] };
    return models?.map(({ name }) => String(name)).slice(0, 100);
  } catch {
    return undefined;
  }
}

/** The official providers, those that would work at once first: with a key in the environment, or a local Ollama. */
async function candidatesIn(env: NodeJS.ProcessEnv): Promise<readonly Candidate[]> {
  const local = await modelsOfOllama(env);
  const all = (await officialPlugins()).flatMap((plugin): readonly Candidate[] => {
    const { name, provider } = plugin;
    if (!provider) return [];
    const short = name.slice(`${scope}provider-`.length);
    const { key, models } = provider;
    if (short === 'ollama') {
      const many = local?.length === 1 ? 'a model' : `${local?.length} models`;
      // One that has none could answer nothing.
      const found = local?.length ? `it runs here with ${many}` : undefined;
      return [{ short, plugin, provider, found, models: local ?? [] }];
    }
    return [{ short, plugin, provider, found: key && env[key] ? `${key} is set` : undefined, models }];
  });
  return [...all.filter(({ found }) => found), ...all.filter(({ found }) => !found)];
}

/**
 * Decides who answers: what the flags say, else what is asked on a terminal, else the first that would work at once, else
 * the scripted model.
 *
 * Throws: `RUSTIC_USAGE`.
 */
export async function chooseProvider(
  flags: { readonly provider?: string; readonly model?: string },
  signal: AbortSignal,
): Promise<Answering> {
  const candidates = (await candidatesIn(process.env)).filter(({ short }) => short !== 'replay');
  const usage = (reason: string, hint: string) => cliError('RUSTIC_USAGE', { reason, hint });
  const named = flags.provider?.replace(scope, '').replace(/^provider-/, '');
  const family = flags.model?.split('/', 1)[0];
  const wanted = named ?? candidates.find(({ provider }) => provider.family === `${family}/*`)?.short;
  const known = candidates.map(({ short }) => short);
  if (named !== undefined && !known.includes(named))
    throw usage(`There is no official provider "${named}".`, suggest(named, known));
  if (wanted === undefined && flags.model !== undefined)
    throw usage(`No official provider has the model "${flags.model}".`, 'Name the provider: --provider NAME');
  const first = candidates.find(({ found }) => found)?.short ?? 'scripted';
  const short = wanted ?? (canAsk() ? await choose('Who answers?', candidates.map(described), first, signal) : first);
  const chosen = candidates.find((one) => one.short === short) as Candidate;
  return {
    plugin: chosen.plugin.name,
    model: flags.model ? fullName(chosen, flags.model) : await modelOf(chosen, signal),
  };
}

const described = ({ short, plugin, found }: Candidate) => ({
  name: short,
  note: `${found ? `${found}; ` : ''}${plugin.description}`,
});
const fullName = ({ provider }: Candidate, model: string) => {
  const beginning = provider.family.replace('*', '');
  return model.startsWith(beginning) ? model : `${beginning}${model}`;
};

async function modelOf(candidate: Candidate, signal: AbortSignal): Promise<string | undefined> {
  const { provider, models } = candidate;
  if (!provider.family.endsWith('*')) return undefined;
  const names = models.filter((name) => name !== '*');
  const [first] = names;
  if (first === undefined)
    throw cliError('RUSTIC_USAGE', {
      reason: `Which model of ${candidate.short} is meant can not be known from here.`,
      hint: 'Name it: --model NAME',
    });
  const notes = names.map((name) => ({ name, note: '' }));
  return fullName(candidate, canAsk() && names.length > 1 ? await choose('Which model?', notes, first, signal) : first);
}

/** Asks until one of the names, or its number, is typed; an empty answer is the default. */
async function choose(
  question: string,
  choices: readonly { readonly name: string; readonly note: string }[],
  fallback: string,
  signal: AbortSignal,
): Promise<string> {
  for (const [index, { name, note }] of choices.entries())
    process.stderr.write(`${String(index + 1).padStart(3)}  ${name}${note && `  ${note}`}\n`);
  for (;;) {
    const typed = (await ask(`${question} [${fallback}] `, signal)) || fallback;
    const found = choices.find(({ name }, index) => name === typed || String(index + 1) === typed);
    if (found) return found.name;
    process.stderr.write(
      `${suggest(
        typed,
        choices.map(({ name }) => name),
      )}\n`,
    );
  }
}
