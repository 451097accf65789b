import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-policy-template';
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
        run: () => ({ parts: [{ type: 'text', text: 'HEY' }] }),
      },
    },
  }),
});

it('refuses the tools of its option, whatever the rules allow, and says why', async () => {
  const refusing = [plugin, { refused: ['shout'], reason: 'People sleep here.' }] as const;
  const rules = [{ effect: 'allow' as const, action: 'tool', match: '**' }];
  const kernel = await createTestKernel({ plugins: [tools, refusing], rules });
  onTestFinished(() => kernel.dispose());
  const call = (name: string) => kernel.use('tool').get(name).invoke({}, kernel.call());
  expect(await call('look')).toEqual({ parts: [{ type: 'text', text: 'seen' }] });
  await expect(call('shout')).rejects.toMatchObject({
    code: 'RUSTIC_PERMISSION_DENIED',
    details: { name: 'shout', message: 'People sleep here.' },
  });
});

it('refuses nothing by itself', async () => {
  const kernel = await createTestKernel({ plugins: [tools, plugin], answers: [{ outcome: 'once' }] });
  onTestFinished(() => kernel.dispose());
  expect(await kernel.use('tool').get('shout').invoke({}, kernel.call())).toMatchObject({ parts: [{ text: 'HEY' }] });
});
