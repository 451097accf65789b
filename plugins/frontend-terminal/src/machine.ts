import { once as nextEvent } from 'node:events';
import { isRusticError } from '@rustic-ai/kernel';
import {
  type Call,
  type FrontendRequest,
  type RunCompleted,
  type RunEvent,
  runFailed,
  runResult,
} from '@rustic-ai/kernel/contracts';
import { agentRequest, type Terminal } from './terminal.js';

/**
 * A run for a program: every event as a line of JSON, or one object at the end, and nothing else.
 *
 * Shape: the last line is `run.completed`, also when the agent could not be started.
 * Cancel: a reader that goes away cancels the run.
 */
export async function report(terminal: Terminal, request: FrontendRequest, call: Call) {
  const { stdout } = terminal.streams;
  const { agent, output } = request;
  const gone = new AbortController();
  const leave = () => gone.abort();
  stdout.once('error', leave);
  const write = async (value: object) => {
    if (gone.signal.aborted || stdout.write(`${JSON.stringify(value)}\n`)) return;
    await nextEvent(stdout, 'drain', { signal: gone.signal }).catch(() => {});
  };
  const play = async (): Promise<RunEvent & RunCompleted> => {
    let last: RunEvent | undefined;
    try {
      const signal = AbortSignal.any([call.signal, gone.signal]);
      for await (const event of terminal.invoke(agent, agentRequest(request), call, signal)) {
        last = event;
        if (output === 'stream-json') await write(event);
      }
      if (last?.type === 'run.completed') return last;
      throw new Error('the agent ended without saying so');
    } catch (error) {
      const { aborted, reason } = call.signal as { readonly aborted: boolean; readonly reason: unknown };
      // Whoever ended the run says what it came to, whatever the agent made of it.
      const failed = aborted
        ? { ...runFailed(isRusticError(reason) ? reason : error, last), status: 'interrupted' as const }
        : runFailed(error, last);
      if (output === 'stream-json') await write(failed);
      return failed;
    }
  };
  const completed = await play();
  if (output === 'json') await write(runResult(completed));
  stdout.off('error', leave);
  return { exitCode: completed.exitCode, session: completed.sessionId };
}
