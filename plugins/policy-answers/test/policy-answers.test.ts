import { definePlugin } from '@rustic-ai/kernel';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import answers from '@rustic-ai/plugin-policy-answers';
import { describe, expect, it, onTestFinished } from 'vitest';

const manifest = defineManifest({
  id: 'tool-writer',
  permissions: [{ action: 'fs.write', match: '**', reason: 'It writes.' }],
  contributes: {
    tool: {
      write: {
        summary: 'Writes',
        input: Type.Object({ path: Type.String() }),
        effects: { kind: 'write', idempotent: true, openWorld: false },
      },
    },
  },
});
const writer = definePlugin<typeof manifest>({
  manifest: async () => ({ default: manifest }),
  setup: () => ({
    tool: {
      write: {
        access: ({ path }) => [{ action: 'fs.write', resource: path }],
        run: ({ path }) => ({ parts: [{ type: 'text', text: path }] }),
      },
    },
  }),
});

describe('policy-answers', () => {
  it('answers the questions of a kernel, as a policy', async () => {
    const options = { answers: [{ name: 'write', action: 'fs.write', resource: '*a.txt', answer: 'once' }] };
    const kernel = await createTestKernel({ plugins: [writer, [answers, options]], ownApprover: true });
    onTestFinished(() => kernel.dispose());
    const write = kernel.use('tool').get('write');
    await expect(write.invoke({ path: 'a.txt' }, kernel.call())).resolves.toEqual({
      parts: [{ type: 'text', text: 'a.txt' }],
    });
    await expect(write.invoke({ path: 'b.txt' }, kernel.call())).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
      details: { by: 'policy', message: 'No answer for this question is listed.' },
    });
  });

  it('refuses an option it does not know', async () => {
    const booted = createTestKernel({ plugins: [[answers, { answers: [{ answer: 'always' }] }]] });
    await expect(booted).rejects.toMatchObject({
      code: 'RUSTIC_PLUGIN_OPTIONS',
      details: { plugin: 'policy-answers' },
    });
  });
});
