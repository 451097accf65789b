import { once as nextEvent } from 'node:events';
import { isRusticError } from '@rustic-ai/kernel';
import {
  agentRequestOf,
  type Call,
  type FrontendRequest,
  type RunCompleted,
  type RunEvent,
  runFailed,
  runResult,
} from '@rustic-ai/kernel/contracts';
import type { Terminal } from './terminal.js';

/**
 * A run for a program: every event as a line of JSON, or one object at the end, and nothing else.
 *
 * Shape: the last line is `run.completed`, also when the agent could not be started, and when the process ends at once.
 * Cancel: a reader that goes away cancels the run.
 */
export async function report(terminal: Terminal, request: FrontendRequest, call: Call) {
  const { stdout } = terminal.streams;
  const { agent, output, last: ending } = request;
  const gone = new AbortController();
  const leave = () => gone.abort();
  stdout.once('error', leave);
  const write = async (value: object) => {
    if (gone.signal.aborted || stdout.write(`${JSON.stringify(value)}\n`)) return;
    await nextEvent(stdout, 'drain', { signal: gone.signal }).catch(() => {});
  };
  let last: RunEvent | undefined;
  let said = false;
  const tell = async (event: RunEvent) => {
    last = event;
    if (event.type === 'run.completed') said = true;
    if (output === 'stream-json') await write(event);
    else if (event.type === 'run.completed') await write(runResult(event));
  };
  const failed = (error: unknown): RunEvent & RunCompleted => {
    const { aborted, reason } = call.signal as { readonly aborted: boolean; readonly reason: unknown };
    // Whoever ended the run says what it came to, whatever the agent made of it.
    return aborted
      ? { ...runFailed(isRusticError(reason) ? reason : error, last), status: 'interrupted' }
      : runFailed(error, last);
  };
  const cut = () => void (said || tell(failed(ending?.reason)));
  ending?.addEventListener('abort', cut, { once: true });
  try {
    const signal = AbortSignal.any([call.signal, gone.signal]);
    for await (const event of terminal.invoke(agent, agentRequestOf(request), call, signal)) await tell(event);
    if (last?.type !== 'run.completed') throw new Error('the agent ended without saying so');
  } catch (error) {
    await tell(failed(error));
  } finally {
    ending?.removeEventListener('abort', cut);
    stdout.off('error', leave);
  }
  const { exitCode, sessionId } = last as RunEvent & RunCompleted;
  return { exitCode, session: sessionId };
}
