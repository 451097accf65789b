import {
  type Call,
  type CommandRequest,
  createModelFetch,
  modelError,
  modelFailure,
  refusing,
  type RunEvent,
} from '@rustic-ai/kernel/contracts';
import { complaintOf } from './complaint.js';
import { clientFor } from './connect.js';

interface Server {
  readonly baseUrl: string;
  /** Unit: ms. */
  readonly timeoutMs: number;
  readonly key: () => Promise<string> | string;
  readonly headers: (key: string) => Readonly<Record<string, string>>;
}

/**
 * Fetches a model to the server. How far it is goes to `call.report`, in bytes.
 *
 * Shape: one `run.completed`.
 * Throws: `RUSTIC_MODEL_*`. Cancel: closes the socket; what the server has by then it keeps.
 */
export async function* pull(server: Server, request: CommandRequest, call: Call): AsyncGenerator<RunEvent> {
  const { baseUrl, timeoutMs: limitMs, headers } = server;
  const name = request.text.trim();
  const model = `ollama/${name}`;
  if (!name)
    throw modelError('RUSTIC_MODEL_INVALID_REQUEST', { model, reason: 'no model is named', parameter: 'name' });
  const startedMs = performance.now();
  const key = await server.key();
  const { fetch, close } = await createModelFetch({ baseUrl, headers: headers(key) });
  let status = '';
  try {
    const { client, streamed } = await clientFor(baseUrl, refusing(fetch), call.signal);
    for await (const steps of await streamed(() => client.pull({ model: name, stream: true })))
      for (const step of steps) {
        ({ status } = step);
        const { completed: done, total } = step;
        call.report({ text: status, ...(done !== undefined && { done }), ...(total && { total, unit: 'bytes' }) });
      }
  } catch (error) {
    const { host } = new URL(baseUrl);
    throw modelFailure(error, { model, host, limitMs, started: status !== '', key }, complaintOf);
  } finally {
    close();
  }
  yield {
    v: 1,
    seq: 1,
    ts: new Date().toISOString(),
    sessionId: request.session ?? '',
    type: 'run.completed',
    status: 'ok',
    exitCode: 0,
    result: `${name} is there: ${status}`,
    usage: { inputTokens: 0, outputTokens: 0 },
    turns: 0,
    durationMs: Math.round(performance.now() - startedMs),
    permissionDenials: [],
    errors: [],
  };
}
