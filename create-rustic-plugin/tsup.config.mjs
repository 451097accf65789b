import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig } from 'tsup';

// The kernel's error functions go inside, so that nothing else is installed; what the rest of the kernel stands on stays out.
const kernel = createRequire(import.meta.url).resolve('@rustic-ai/kernel/package.json');

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  silent: true,
  external: Object.keys(JSON.parse(readFileSync(kernel, 'utf8')).dependencies),
  noExternal: [/^@rustic-ai\/kernel/],
  esbuildOptions: (options) => {
    options.logOverride = { 'ignored-bare-import': 'silent' };
  },
});
