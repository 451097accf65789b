import { createInterface } from 'node:readline';
import { type Call, type Handles, isRusticError } from '@rustic-ai/kernel';
import {
  agentRequestOf,
  type Frontend,
  type FrontendRequest,
  type RunCompleted,
  type RunEvent,
  runFailed,
  type StandardStreams,
} from '@rustic-ai/kernel/contracts';
import { createLines } from './lines.js';

export interface Parts {
  readonly agents: Handles<'agent'>;
  readonly streams: StandardStreams;
  readonly notes: boolean;
}

/** One prompt is answered, or each line that is typed, which goes on with the session. */
export const createFrontend = (parts: Parts): Frontend => ({
  async run(request, call) {
    if (request.mode === 'once') return once(parts, request, call);
    let ended: Awaited<ReturnType<Frontend['run']>> = { exitCode: 0 };
    for await (const prompt of createInterface({ input: parts.streams.stdin, signal: call.signal }))
      ended = await once(parts, { ...request, ...ended, prompt }, call);
    return ended;
  },
});

/** One run. Shape: the last event it tells is `run.completed`, whatever the agent did. */
async function once({ agents, streams, notes }: Parts, request: FrontendRequest, call: Call) {
  const { agent, output = 'text', last: sudden } = request;
  let before: RunEvent | undefined;
  let ended: { readonly exitCode: number; readonly session: string } | undefined;
  const linesOf = createLines({ output, notes });
  const tell = (event: RunEvent) => {
    if (ended) return;
    before = event;
    for (const [stream, line] of linesOf(event)) streams[stream].write(`${line}\n`);
    if (event.type === 'run.completed') ended = { exitCode: event.exitCode, session: event.sessionId };
  };
  const end = (error: unknown) => endOf(error, call.signal, before);
  // When the process ends at once, the last line is written before this returns.
  const cut = () => tell(end(sudden?.reason));
  sudden?.addEventListener('abort', cut, { once: true });
  try {
    const handle = agent === undefined ? agents.default : agents.get(agent);
    for await (const event of handle.invoke(agentRequestOf(request), call)) tell(event);
    tell(end(new Error('the agent ended without saying so')));
  } catch (error) {
    tell(end(error));
  } finally {
    sudden?.removeEventListener('abort', cut);
  }
  return ended ?? { exitCode: 1 };
}

/** Whoever ended the run says what it came to. */
function endOf(error: unknown, signal: AbortSignal, before: RunEvent | undefined): RunEvent & RunCompleted {
  const { aborted, reason } = signal as { readonly aborted: boolean; readonly reason: unknown };
  if (!aborted) return runFailed(error, before);
  return { ...runFailed(isRusticError(reason) ? reason : error, before), status: 'interrupted' };
}
