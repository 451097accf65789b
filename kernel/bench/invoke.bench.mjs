// One no-op operation through the whole path of `invoke`, beside an awaited function call.
import { createKernel, definePlugin } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { compare } from './lib.mjs';

const manifest = defineManifest({
  id: 'bench-noop',
  contributes: {
    tool: { noop: { summary: 'Nothing', effects: { kind: 'none', idempotent: true, openWorld: false } } },
  },
});
const result = { parts: [] };
const plugin = definePlugin({
  manifest: async () => ({ default: manifest }),
  setup: () => ({ tool: { noop: { run: async () => result } } }),
});
const kernel = await createKernel({ contracts: standard, host: nodeHost(), plugins: [plugin] });
const noop = kernel.use('tool').get('noop');
const plain = async () => result;
const input = {};
const times = 1_000;

const timed = (work) => async () => {
  const start = performance.now();
  for (let i = 0; i < times; i++) await work();
  const ns = ((performance.now() - start) * 1e6) / times;
  await kernel.audit(); // digests and chains the rows, which is no part of the call
  return ns;
};
const floor = timed(() => plain(input));
const subject = timed(() => noop.invoke(input));
for (let round = 0; round < 50; round++) {
  await floor();
  await subject();
}
await compare({ name: 'invoke of a no-op without taps, audited', floor, subject, limit: 20 });
await kernel.dispose();
