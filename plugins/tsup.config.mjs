import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// One entry, the manifest, and a chunk per lazily imported vendor package. Pure-JavaScript vendors (devDependencies) go
// inside, and so do the few lines a plugin uses of the kernel: starting costs files, not code.
const { dependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const outside = ['@rustic-ai/kernel/schema', ...Object.keys(dependencies)];

export default defineConfig({
  entry: ['src/index.ts', 'src/manifest.ts'],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  external: outside,
  // Wins over `external`, so it has to leave out the same names.
  noExternal: [new RegExp(`^(?!node:|(?:${outside.join('|')})(?:/|$))`)],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
