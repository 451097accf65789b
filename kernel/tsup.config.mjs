import { defineConfig } from 'tsup';
import { leanBuiltins } from '../.ci/builtins.mjs';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/schema.ts',
    'src/node.ts',
    'src/compose/index.ts',
    'src/contracts/index.ts',
    'src/testing/index.ts',
  ],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  silent: true,
  // It would take what is Node's before any other plugin.
  removeNodeProtocol: false,
  esbuildPlugins: [leanBuiltins()],
});
