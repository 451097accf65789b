import { fileURLToPath } from 'node:url';
import {
  createTestKernel,
  modelFaultSuite,
  type ModelFaultSubject,
  modelSuite,
  type ModelSubject,
  type Rule,
  startModelMock,
} from '@rustic-ai/kernel/testing';
import { afterAll, describe, expect, it } from 'vitest';
import plugin from '../src/index.js';
import { wire } from './wire.js';

/** What this SDK can not do, whatever is wrapped around it, and why. */
const beyondIt: Readonly<Record<string, string>> = {
  redirect: 'the SDK asks with the global fetch, which follows, key and all',
  'retry-after-1': 'the SDK keeps no header of a refusal',
  'retry-after-3600': 'the SDK keeps no header of a refusal',
  down: 'the SDK keeps no cause of a connection that failed',
  'unknown-host': 'the SDK keeps no cause of a connection that failed',
  'self-signed': 'the SDK keeps no cause of a connection that failed',
  expired: 'the SDK keeps no cause of a connection that failed',
  page: 'the SDK takes a web page for a stream that broke off',
  'late-garbage': 'the SDK throws away what came before it',
};

const key = 'AIza-very-secret-4f2a';
/** The SDK reads an event of 5 MB in about a second. */
const timeoutMs = 4_000;
async function open(baseUrl: string) {
  const options = { baseUrl, models: ['gemini-2.5-flash'], timeoutMs, apiKey: { $env: 'MY_KEY' } };
  const kernel = await createTestKernel({ plugins: [[plugin, options]], host: { secrets: { read: async () => key } } });
  const handle = kernel.use('model').get('legacy-google/gemini-2.5-flash');
  return { handle, logs: () => kernel.logs, close: () => kernel.dispose() };
}

const mock = await startModelMock(fileURLToPath(new URL('./cli.js', import.meta.resolve('@copilotkit/aimock'))));
afterAll(() => mock.close());
const { think: _, count: __, ...requests } = mock.requests('legacy-google/gemini-2.5-flash');
const subject: ModelSubject = { ...requests, open: () => open(mock.url) };
const faulty: ModelFaultSubject = { wire, key, request: requests.text, timeoutMs, open };

/** Every rule passes but those named above, and they still fail: the day one passes, its line goes. */
function runs<Subject>(rules: readonly Rule<Subject>[], given: Subject) {
  for (const { id, says, run } of rules)
    if (id in beyondIt)
      it(`${id}: not yet, ${beyondIt[id]}`, () => expect(Promise.resolve(run(given))).rejects.toThrow());
    else it(`${id}: ${says}`, () => run(given));
}
describe('a model', () =>
  runs(
    modelSuite.filter(({ needs }) => !needs || subject[needs]),
    subject,
  ));
describe('a model under faults', () =>
  runs(
    modelFaultSuite.filter(({ id }) => id !== 'filtered'),
    faulty,
  ));

it('names only rules that there are', () => {
  const ids = [...modelSuite, ...modelFaultSuite].map(({ id }) => id);
  expect(Object.keys(beyondIt).filter((id) => !ids.includes(id))).toEqual([]);
});
