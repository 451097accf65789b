import { isRusticError } from '@rustic-ai/kernel';
import type { FrontendRequest } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { keepSessions } from '../completion/sessions.js';
import { readAnswerSchema } from '../answer-schema.js';
import { type Ending, endBySignal } from '../ending.js';
import { lastLine, type OutputFormat } from '../last-line.js';
import { demandNames } from '../near-names.js';
import { bootPlace, openPlace, type Place, type PlaceOptions } from '../project.js';
import { readPrompt } from '../prompt.js';
import { parseRules, type PermissionMode, rulesOf } from '../rules.js';

export interface RunOptions extends PlaceOptions {
  readonly agent?: string;
  readonly model?: string;
  readonly continue?: boolean;
  readonly resume?: string;
  readonly print?: boolean;
  readonly json?: boolean;
  readonly outputFormat?: OutputFormat;
  /** Path of a JSON Schema. */
  readonly outputSchema?: string;
  readonly permissionMode?: PermissionMode;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly maxTurns?: number;
  /** Unit: USD. */
  readonly maxCost?: number;
  /** Unit: seconds. */
  readonly timeLimit?: number;
  /** For screen readers. */
  readonly plain?: boolean;
  /** Whether standard input is read and somebody may be asked. Default: true. */
  readonly input?: boolean;
}

export const resume = (id: string, words: readonly string[], options: RunOptions): Promise<number> =>
  run(words, { ...options, resume: id });

/**
 * Boots the composition and hands over to its frontend.
 *
 * Throws: also what ended the run before it began.
 * Cancel: the first SIGINT interrupts the turn (130), the second ends the process; SIGTERM interrupts and ends with 143;
 *   output that nobody reads any more interrupts as well.
 */
export async function run(words: readonly string[], options: RunOptions): Promise<number> {
  const { timeLimit, debug = false } = options;
  const place = await openPlace(options);
  const ended = endBySignal({ ...(timeLimit && { limitMs: timeLimit * 1_000 }), debug });
  try {
    return await runUntil(ended, place, words, options);
  } catch (error) {
    throw ended.code() === undefined ? error : (ended.signal.reason as unknown);
  } finally {
    ended.release();
  }
}

async function runUntil(ended: Ending, place: Place, words: readonly string[], options: RunOptions): Promise<number> {
  const { json, print, permissionMode: mode, maxTurns, maxCost, outputSchema, input = true } = options;
  const terminal = input && Boolean(process.stdin.isTTY && process.stderr.isTTY);
  const output = json ? 'json' : (options.outputFormat ?? 'text');
  const cut = () => {
    const line = lastLine(ended.last.reason, output);
    if (line) process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  ended.last.addEventListener('abort', cut);
  const rules = [...rulesOf(mode), ...parseRules('allow', options.allow), ...parseRules('deny', options.deny)];
  const schema = outputSchema === undefined ? undefined : await readAnswerSchema(outputSchema);
  const prompt = await readPrompt({
    words,
    input: input ? process.stdin : undefined,
    cwd: place.folder,
    signal: ended.signal,
    note: (text) => void process.stderr.write(text),
  });
  if (!prompt && (!terminal || print || output !== 'text'))
    throw cliError('RUSTIC_USAGE', { reason: 'There is no prompt.', hint: 'Run: rustic run "what to do"' });
  const kernel = await bootPlace(place, options, rules).catch(refuseRule);
  try {
    ended.signal.throwIfAborted();
    if (!place.file && !place.built)
      process.stderr.write(
        'No rustic.json here: using the built-in composition, whose model is a demonstration that plays a script.\n' +
          'For a real one: rustic init, or for example: rustic add provider-openai\n',
      );
    demandNames(kernel, { model: options.model, agent: options.agent });
    const frontend = await kernel.service('frontend');
    const session = options.resume ?? (options.continue ? await lastSession(kernel, place.folder) : undefined);
    const request: FrontendRequest = {
      mode: prompt ? 'once' : 'interactive',
      ...(prompt && { prompt }),
      ...(session && { session }),
      ...(options.agent && { agent: options.agent }),
      ...(options.model && { model: options.model }),
      ...(maxTurns && { maxSteps: maxTurns }),
      ...(maxCost && { maxCostUsd: maxCost }),
      ...(schema !== undefined && { schema }),
      ...(options.plain && { plain: true }),
      ...(!prompt && !place.built && { commands: await commandsOf(place, options) }),
      last: ended.last,
      output,
    };
    // Somebody can answer when there is a terminal, or when the composition answers by other means than its terminal.
    const approver = kernel.provider('approver');
    const answered = terminal || (approver !== undefined && approver !== kernel.provider('frontend'));
    const headless = mode === 'deny' || !answered;
    // From now on the frontend says what came of the run.
    ended.last.removeEventListener('abort', cut);
    const outcome = await frontend.run(request, kernel.call({ headless }, ended.signal));
    await keepSessions(kernel, place);
    if (options.debug) process.stderr.write(`${kernel.explain().text}\n`);
    return ended.code() ?? outcome.exitCode;
  } finally {
    await kernel.dispose();
  }
}

/** Imported for a conversation only. */
async function commandsOf({ folder }: Place, { config }: RunOptions) {
  const { hostCommands } = await import('../conversation-commands.js');
  return hostCommands({ folder, ...(config && { config }) });
}

/** The rules of the lock were checked when it was made: one that can't be used is of the command line. */
function refuseRule(error: unknown): never {
  if (!isRusticError(error) || error.code !== 'RUSTIC_RULE_INVALID') throw error;
  throw cliError('RUSTIC_USAGE', { reason: error.message, hint: 'Correct --allow or --deny.' }, error);
}

async function lastSession(kernel: Awaited<ReturnType<typeof bootPlace>>, project: string): Promise<string> {
  const [last] = await (await kernel.service('session')).list({ project, limit: 1 });
  if (!last)
    throw cliError('RUSTIC_USAGE', {
      reason: 'There is no session to go on with.',
      hint: 'Run it without --continue.',
    });
  return last.id;
}
