import { defineConfig } from 'tsup';

export default defineConfig({
  // The kernel proper is an entry of its own, so that a plugin which bundles definePlugin carries nothing else along.
  entry: ['src/index.ts', 'src/kernel.ts', 'src/lock.ts', 'src/schema.ts', 'src/node.ts', 'src/contracts/index.ts', 'src/testing/index.ts'],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
});
