import { visibleLine } from '@rustic-ai/kernel/contracts';
import { createCredentials, type Kept } from '../credentials/store.js';
import { readSecret } from '../credentials/typed.js';
import { cliError } from '../errors.js';
import { hostOf, openPlace, type PlaceOptions } from '../project.js';
import { calledBy } from '../shared-options.js';
import { suggest } from '../suggest.js';

type Options = PlaceOptions & { readonly json?: boolean };

const credentialsOf = async (options: Options) =>
  createCredentials(hostOf(await openPlace(options)).folders.data, options.built?.name);
const print = ({ json }: Options, data: unknown, text: string): void =>
  void process.stdout.write(json ? `${JSON.stringify(data)}\n` : text);

/** What a secret may be called: a word that needs no quotes anywhere. */
const named = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** Keeps a secret under a name. It is read from standard input, never from the command line, which others can see. */
export async function add(name: string, options: Options & { readonly file?: boolean }): Promise<number> {
  if (!named.test(name))
    throw cliError('RUSTIC_USAGE', {
      reason: `A credential can not be called "${visibleLine(name)}".`,
      hint: 'Use letters, digits, dots, dashes and underscores, such as: openai',
    });
  const credentials = await credentialsOf(options);
  const kept = await credentials.add(name, await readSecret(`${name}: `), options.file ?? false);
  if (kept.in === 'file' && !options.file)
    process.stderr.write(`There is no keychain to use here; it is in ${credentials.file}, which only you can read.\n`);
  print(
    options,
    { ...kept, reference: { $secret: name } },
    `${name} is kept: ${whereOf(kept)}\n${useOf(name, options)}`,
  );
  return 0;
}
/** How an option takes it, where options can be set. */
function useOf(name: string, { built }: Options): string {
  if (built?.settings === 'locked') return '';
  const line = `rustic config set plugins.provider-${name}.apiKey '{"$secret":"${name}"}'`;
  return `Use it, for example: ${calledBy(built?.name ?? 'rustic', line)}\n`;
}

/** Prints which secrets are kept, and where; never their values. */
export async function list(options: Options): Promise<number> {
  const kept = await (await credentialsOf(options)).list();
  print(
    options,
    kept,
    kept.map((one) => `${visibleLine(one.name)}  ${whereOf(one)}, since ${one.at.slice(0, 10)}\n`).join(''),
  );
  if (kept.length === 0 && !options.json) process.stderr.write('No credentials are kept.\n');
  return 0;
}

/** Forgets a secret. Throws: `RUSTIC_SECRET_UNKNOWN`. */
export async function remove(name: string, options: Options): Promise<number> {
  const credentials = await credentialsOf(options);
  const known = (await credentials.list()).map((one) => one.name);
  if (!(await credentials.remove(name)))
    throw cliError('RUSTIC_USAGE', {
      reason: `There is no credential "${visibleLine(name)}".`,
      hint: known.length > 0 ? suggest(name, known) : 'Run: rustic auth list',
    });
  print(options, { removed: name }, `${name} is kept no more\n`);
  return 0;
}

const whereOf = (kept: Kept) => (kept.in === 'keychain' ? 'in your keychain' : 'in a file of yours');
