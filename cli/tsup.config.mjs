import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { thirdParty } from '../.ci/third-party.mjs';

// One small entry; everything else in chunks that are imported when a command needs them. The table of commands has a
// name of its own: the manual is made from it.
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/**
 * Node makes a module of its `process` by reading every property of it, and a command table loads what starts children and
 * measures terminals without doing either: several ms of every start. The global is the same, and the rest is loaded when
 * it is used.
 */
const lean = {
  name: 'lean',
  setup(build) {
    const later = (name, called) => `(...args) => process.getBuiltinModule('node:${name}').${called}(...args)`;
    const contents = {
      process: 'export default globalThis.process;',
      child_process: `export default { spawn: ${later('child_process', 'spawn')} };`,
      util: `export const stripVTControlCharacters = ${later('util', 'stripVTControlCharacters')};`,
    };
    // What requires it would get a module with a default in it.
    build.onResolve({ filter: /^(node:)?process$/ }, ({ kind }) =>
      kind === 'require-call' ? undefined : { path: 'process', namespace: 'lean' },
    );
    build.onResolve({ filter: /^(node:)?(child_process|util)$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path: path.replace('node:', ''), namespace: 'lean' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'lean' }, ({ path }) => ({ contents: contents[path] }));
  },
};

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    program: 'src/program.ts',
    product: 'src/product/run.ts',
    app: 'src/product/app.ts',
    'open-product': 'src/product/open.ts',
    manual: 'src/manual/page.ts',
  },
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  silent: true,
  esbuildPlugins: [lean, thirdParty()],
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
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
