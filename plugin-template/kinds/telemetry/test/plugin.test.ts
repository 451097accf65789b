import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-telemetry-template';
import { expect, it, onTestFinished } from 'vitest';

const manifest = defineManifest({
  id: 'tool-test',
  contributes: {
    tool: {
      look: { summary: 'Looks', effects: { kind: 'none', idempotent: true, openWorld: false } },
      shout: { summary: 'Shouts', effects: { kind: 'none', idempotent: true, openWorld: false } },
    },
  },
});
const tools = definePlugin<typeof manifest>({
  manifest: async () => ({ default: manifest }),
  setup: () => ({
    tool: {
      look: { run: () => ({ parts: [{ type: 'text', text: 'seen' }] }) },
      shout: {
        run: () => {
          throw new Error('no voice');
        },
      },
    },
  }),
});

it('logs what calls of a tool came to, every so often', async () => {
  const kernel = await createTestKernel({ plugins: [tools, [plugin, { every: 2 }]], answers: [{ outcome: 'once' }] });
  onTestFinished(() => kernel.dispose());
  const call = (name: string) => kernel.use('tool').get(name).invoke({}, kernel.call());
  await call('look');
  expect(kernel.logs).toEqual([]);
  await call('look');
  await call('shout').catch(() => {});
  await call('shout').catch(() => {});
  // Who only looks on is told beside the call: what was told last may still be under way.
  await expect
    .poll(() => kernel.logs.filter(({ plugin: by }) => by === 'telemetry-template'))
    .toMatchObject([
      { message: 'calls of look', data: { calls: 2, failed: 0 } },
      { message: 'calls of shout', data: { calls: 2, failed: 2 } },
    ]);
});
