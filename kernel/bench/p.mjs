import { createKernel, definePlugin } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { defineManifest } from '@rustic-ai/kernel/schema';
const manifest = defineManifest({ id: 'bench-noop', contributes: { tool: { noop: { summary: 'Nothing', effects: { kind: 'none', idempotent: true, openWorld: false } } } } });
const result = { parts: [] };
const plugin = definePlugin({ manifest: async () => ({ default: manifest }), setup: () => ({ tool: { noop: { run: async () => result } } }) });
const kernel = await createKernel({ contracts: standard, host: nodeHost(), plugins: [plugin] });
const noop = kernel.use('tool').get('noop'); const input = {};
for (let r=0;r<60;r++){ for (let i = 0; i < 9000; i++) await noop.invoke(input); }
await kernel.dispose();
