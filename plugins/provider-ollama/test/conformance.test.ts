import { fileURLToPath } from 'node:url';
import { describeModel, describeModelFaults, type ModelWire, startModelMock } from '@rustic-ai/kernel/testing';
import { afterAll, describe, it } from 'vitest';
import { hello, key, last, line, openModel } from './model.js';

const mock = await startModelMock(fileURLToPath(new URL('./cli.js', import.meta.resolve('@copilotkit/aimock'))));
afterAll(() => mock.close());
describeModel({ ...mock.requests('ollama/m'), open: () => openModel(mock.url) }, { describe, it });

const refusal = (error: string) => JSON.stringify({ error });
const called = { function: { name: 'fs_write', arguments: { path: 'x' } } };
/** Source: Ollama, API docs, "Generate a chat completion", and its server's messages, 2026-11. */
const wire: ModelWire = {
  contentType: 'application/x-ndjson',
  crlf: false,
  head: '',
  text: (content) => line({ message: { role: 'assistant', content }, done: false }),
  halfCall: line({ message: { role: 'assistant', content: '', tool_calls: [called] }, done: false }),
  end: last,
  error: { event: `${refusal('the runner was killed')}\n`, code: 'RUSTIC_MODEL_OVERLOADED' },
  refusal,
  tooLong: { status: 400, body: refusal('the input length exceeds the context length') },
  parameter: { status: 400, body: refusal('option "temperature" must be of type float32'), name: 'temperature' },
};
describeModelFaults({ wire, key, request: hello, timeoutMs: 1_000, open: openModel }, { describe, it });
