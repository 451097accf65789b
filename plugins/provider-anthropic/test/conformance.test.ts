import { fileURLToPath } from 'node:url';
import { describeModel, describeModelFaults, startModelMock } from '@rustic-ai/kernel/testing';
import { afterAll, describe, it } from 'vitest';
import { hello, key, open } from './model.js';
import { wire } from './wire.js';

const mock = await startModelMock(fileURLToPath(new URL('./cli.js', import.meta.resolve('@copilotkit/aimock'))));
afterAll(() => mock.close());

const { think, count: _, ...requests } = mock.requests('anthropic/claude-sonnet-4-5');
describeModel(
  {
    ...requests,
    // The mock refuses thinking that comes back without its signature.
    reasoning: { ...think, reasoning: { effort: 'low' } },
    open: () => open(mock.url, ['claude-sonnet-4-5']),
  },
  { describe, it },
);
describeModelFaults({ wire, key, request: hello, timeoutMs: 1_000, open: (url) => open(url) }, { describe, it });
