import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/schema.ts', 'src/node.ts', 'src/contracts/index.ts', 'src/testing/index.ts'],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  // Thirty small CommonJS files as one: importing the kernel costs half of what it would.
  noExternal: ['tapable'],
  silent: true,
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
