import { fileURLToPath } from 'node:url';
import { describeModel, describeModelFaults, startModelMock } from '@rustic-ai/kernel/testing';
import { afterAll, describe, it } from 'vitest';
import { hello, key, open } from './model.js';
import { wire } from './wire.js';

const mock = await startModelMock(fileURLToPath(new URL('./cli.js', import.meta.resolve('@copilotkit/aimock'))));
afterAll(() => mock.close());

const { think: _, count: __, ...requests } = mock.requests('google/gemini-2.5-pro');
describeModel(
  {
    ...requests,
    open: () => open(mock.url, ['gemini-2.5-pro']),
  },
  { describe, it },
);
describeModelFaults({ wire, key, request: hello, timeoutMs: 1_000, open: (url) => open(url) }, { describe, it });
