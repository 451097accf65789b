import { definePlugin } from '@rustic-ai/kernel';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import { expect, it } from 'vitest';
const manifest = defineManifest({
  id: 'tool-echo',
  permissions: [{ action: 'fs.write', match: '**', reason: 'x' }],
  contributes: { tool: { echo: { summary: 'Echo', input: Type.Object({ text: Type.String() }), effects: { kind: 'write', idempotent: true, openWorld: false } } } },
});
const echo = definePlugin<typeof manifest>({
  manifest: async () => ({ default: manifest }),
  setup: () => ({ tool: { echo: { access: () => [{ action: 'fs.write', resource: 'a.txt' }], run: ({ text }) => ({ parts: [{ type: 'text', text }] }) } } }),
});
it('invokes', async () => {
  const kernel = await createTestKernel({ plugins: [echo], answers: [{ outcome: 'session' }, { outcome: 'deny', message: 'no' }] });
  const call = kernel.call();
  const h = kernel.use('tool').get('echo');
  expect(await h.invoke({ text: 'hi' }, call)).toEqual({ parts: [{ type: 'text', text: 'hi' }] });
  expect(await h.invoke({ text: 'hi' }, call)).toEqual({ parts: [{ type: 'text', text: 'hi' }] });
  await expect(h.invoke({ text: 1 }, call)).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_INPUT' });
  console.log(kernel.audit(), kernel.explain().text, kernel.asks);
  await kernel.dispose();
});
