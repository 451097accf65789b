// Firing a hook with limits, attribution and times, beside a plain loop that awaits the same taps.
import { createKernel, defineHook, definePlugin } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { compare, median } from './lib.mjs';

const hooks = ['transform', 'claim', 'observe'].map((kind) =>
  defineHook({ id: `bench.${kind}`, kind, timeLimitMs: 5_000 }),
);
const contracts = { ...standard, hooks: [...standard.hooks, ...hooks] };
const tap = async () => undefined;
const tapping = (index) => {
  const manifest = defineManifest({
    id: `tap-${index}`,
    contributes: { hook: Object.fromEntries(hooks.map(({ id }) => [id, {}])) },
  });
  return definePlugin({
    manifest: async () => ({ default: manifest }),
    setup: () => ({ hook: Object.fromEntries(hooks.map(({ id }) => [id, tap])) }),
  });
};
const kernelWith = (taps) =>
  createKernel({ contracts, host: nodeHost(), plugins: Array.from({ length: taps }, (_, index) => tapping(index)) });
const value = Object.freeze({ text: 'x' });
const times = 2_000;
const timed = (work) => async () => {
  const start = performance.now();
  for (let i = 0; i < times; i++) await work();
  return ((performance.now() - start) * 1e6) / times;
};
const warm = async (...works) => {
  for (let round = 0; round < 30; round++) for (const work of works) await work();
};
const plain = (taps) => async () => {
  for (const one of taps) await one(value);
};

const fire = {
  transform: (kernel) => kernel.hooks.transform('bench.transform', value),
  claim: (kernel) => kernel.hooks.claim('bench.claim', value),
  observe: (kernel) => kernel.hooks.observe('bench.observe', value),
};
for (const kind of Object.keys(fire)) {
  for (const [taps, limit] of [
    [1, undefined],
    [10, 2],
    [50, 3.5],
  ]) {
    const kernel = await kernelWith(taps);
    const floor = timed(plain(Array.from({ length: taps }, () => tap)));
    const subject = timed(() => fire[kind](kernel));
    await warm(floor, subject);
    if (limit) await compare({ name: `${kind}, ${taps} async taps`, floor, subject, limit });
    else {
      const more = [];
      for (let round = 0; round < 25; round++) more.push(-(await floor()) + (await subject()));
      const ns = median(more);
      console.log(
        `${ns <= 1_000 ? 'ok   ' : 'OVER '}${kind}, 1 async tap: ${ns.toFixed(0)} ns more than awaiting it (limit 1000)`,
      );
      if (ns > 1_000) process.exitCode = 1;
    }
    await kernel.dispose();
  }
}
