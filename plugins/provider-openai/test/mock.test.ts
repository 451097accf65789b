import { fileURLToPath } from 'node:url';
import { createTestKernel, describeModel, startModelMock } from '@rustic-ai/kernel/testing';
import openai from '@rustic-ai/plugin-provider-openai';
import { afterAll, describe, it } from 'vitest';

const mock = await startModelMock(fileURLToPath(new URL('./cli.js', import.meta.resolve('@copilotkit/aimock'))));
afterAll(() => mock.close());

describe.each(['chat', 'responses'] as const)('the %s protocol, to a mock in a process of its own', (api) => {
  describeModel(
    {
      ...mock.requests('openai/gpt-4o'),
      async open() {
        const options = { api, baseUrl: `${mock.url}/v1`, models: ['gpt-4o'] };
        const kernel = await createTestKernel({ plugins: [[openai, options]] });
        return { handle: kernel.use('model').get('openai/gpt-4o'), close: () => kernel.dispose() };
      },
    },
    { describe, it },
  );
});
