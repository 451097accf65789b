import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { leanBuiltins, requireWhereUsed } from '../.ci/builtins.mjs';
import { thirdParty } from '../.ci/third-party.mjs';

// One small entry; everything else in chunks that are imported when a command needs them. The table of commands has a
// name of its own: the manual is made from it.
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

export default defineConfig({
  entry: {
    program: 'src/program.ts',
    product: 'src/product/run.ts',
    app: 'src/product/app.ts',
    'open-product': 'src/product/open.ts',
    manual: 'src/manual/page.ts',
    make: 'src/script/make.ts',
    tools: 'src/building/tools.ts',
  },
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  silent: true,
  esbuildPlugins: [leanBuiltins(), requireWhereUsed(), thirdParty()],
  // It would take what is Node's before any other plugin.
  removeNodeProtocol: false,
  // What is native stays outside.
  external: ['@napi-rs/keyring'],
  noExternal: [/^(?!node:|@napi-rs\/)/],
  loader: { '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
  define: { __VERSION__: JSON.stringify(version) },
  // jsonc-parser's "main" is UMD, which can't be bundled; its "module" is ESM.
  esbuildOptions: (options) => {
    options.mainFields = ['module', 'main'];
    options.logOverride = { 'ignored-bare-import': 'silent' };
  },
});
