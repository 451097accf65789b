import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ModelRequest } from '../contracts/model.js';
import type { ModelSubject } from './model.js';

const calls = ['a', 'b'].map((name) => ({ id: `call_${name}`, name: 'fs_read', arguments: `{"path":"${name}.txt"}` }));
const fixtures = [
  { match: { userMessage: 'slow' }, response: { content: 'still here '.repeat(500) }, latency: 20 },
  { match: { userMessage: 'call' }, response: { toolCalls: calls } },
  {
    match: { userMessage: 'fail' },
    response: { error: { message: 'Slow down.', type: 'rate_limit_error' }, status: 429, retryAfter: 7 },
  },
  {
    match: { userMessage: 'think' },
    response: { content: 'It is so.', reasoning: 'Let me see.', reasoningSignature: 'c2lnbmVk' },
  },
  { match: {}, response: { content: 'You said hello, and I say “grüß dich” 🦀.' } },
];

/** A mock of the vendors' wire formats in a process of its own: who wrote it knows nothing of this project. */
export interface ModelMock {
  readonly url: string;
  /** The requests of a subject that it answers; `think` is answered with reasoning where the format has it. */
  requests(model: string): Pick<ModelSubject, 'text' | 'tools' | 'slow' | 'failing' | 'count'> & {
    readonly think: ModelRequest;
  };
  close(): Promise<void>;
}

/** Starts it. `program`: path of the command line of `@copilotkit/aimock`. */
export async function startModelMock(program: string): Promise<ModelMock> {
  const folder = await mkdtemp(join(tmpdir(), 'rustic-mock-'));
  const file = join(folder, 'fixtures.json');
  await writeFile(file, JSON.stringify({ fixtures }));
  const child = fork(program, ['-p', '0', '-f', file, '--chunk-size', '8'], { silent: true });
  const ended = once(child, 'exit');
  const close = async () => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const listening = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr])
    if (stream)
      createInterface({ input: stream }).on('line', (line) => {
        const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
        if (url) listening.resolve(url);
      });
  void ended.then(() => listening.reject(new Error('the mock did not start')));
  const url = await listening.promise;
  return {
    url,
    close,
    requests(model) {
      const saying = (text: string): ModelRequest => ({
        model,
        purpose: 'turn',
        messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
      });
      return {
        text: saying('hello'),
        tools: saying('call'),
        slow: saying('slow'),
        failing: { request: saying('fail'), code: 'RUSTIC_MODEL_RATE_LIMITED' },
        count: saying('hello'),
        think: saying('think'),
      };
    },
  };
}
