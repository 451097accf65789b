import { text } from 'node:stream/consumers';
import type { FrontendRequest } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { endBySignal } from '../ending.js';
import { bootPlace, openPlace, type PlaceOptions } from '../project.js';

export interface RunOptions extends PlaceOptions {
  readonly agent?: string;
  readonly model?: string;
  readonly continue?: boolean;
  readonly resume?: string;
}

export const resume = (id: string, words: readonly string[], options: RunOptions): Promise<number> =>
  run(words, { ...options, resume: id });

/**
 * Boots the composition and hands over to its frontend.
 *
 * Cancel: the first SIGINT interrupts the turn (130), the second ends the process; SIGTERM interrupts and ends with 143;
 *   output that nobody reads any more interrupts as well.
 */
export async function run(words: readonly string[], options: RunOptions): Promise<number> {
  const terminal = process.stdin.isTTY && process.stderr.isTTY;
  const prompt = words.join(' ') || (process.stdin.isTTY ? '' : await text(process.stdin)).trim();
  if (!prompt && !terminal)
    throw cliError('RUSTIC_USAGE', { reason: 'There is no prompt.', hint: 'Run: rustic run "what to do"' });
  const ended = endBySignal();
  const place = await openPlace(options);
  const kernel = await bootPlace(place, options);
  try {
    if (!place.file)
      process.stderr.write(
        'No rustic.json here: using the built-in composition, whose model is a demonstration that plays a script.\n',
      );
    const frontend = await kernel.service('frontend');
    const session = options.resume ?? (options.continue ? await lastSession(kernel, place.folder) : undefined);
    const request: FrontendRequest = {
      mode: prompt ? 'once' : 'interactive',
      ...(prompt && { prompt }),
      ...(session && { session }),
      ...(options.agent && { agent: options.agent }),
      ...(options.model && { model: options.model }),
    };
    // Somebody can answer when there is a terminal, or when the composition answers by other means than its terminal.
    const approver = kernel.provider('approver');
    const answered = terminal || (approver !== undefined && approver !== kernel.provider('frontend'));
    const outcome = await frontend.run(request, kernel.call({ headless: !answered }, ended.signal));
    if (options.debug) process.stderr.write(`${kernel.explain().text}\n`);
    return ended.code() ?? outcome.exitCode;
  } finally {
    await kernel.dispose();
    ended.release();
  }
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
