import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from 'tsup';
import { leanBuiltins, requireWhereUsed } from '../.ci/builtins.mjs';
import { thirdParty } from '../.ci/third-party.mjs';
import { withoutUnreached } from '../.ci/unreached.mjs';

// One entry, the manifest, and a chunk per lazily imported vendor package. Pure-JavaScript vendors (devDependencies) go
// inside, and so do the few lines a plugin uses of the kernel: starting costs files, not code. What the kernel itself
// stands on stays outside; none of those few lines needs it.
const own = JSON.parse(readFileSync('package.json', 'utf8'));
const require = createRequire(import.meta.url);
const kernel = require('@rustic-ai/kernel/package.json');
const folder = dirname(require.resolve('@rustic-ai/kernel/package.json'));
const outside = [
  '@rustic-ai/kernel/schema',
  ...Object.keys(own.dependencies ?? {}),
  ...Object.keys(own.peerDependenciesMeta ?? {}),
  ...Object.keys(kernel.dependencies).filter((name) => !(name in own.devDependencies)),
];

const entry = ['src/index.ts', 'src/manifest.ts'];

export default defineConfig({
  entry,
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  silent: true,
  // It would take what is Node's before any other plugin.
  removeNodeProtocol: false,
  esbuildPlugins: [leanBuiltins(), requireWhereUsed(), thirdParty(), withoutUnreached(entry)],
  external: outside,
  noExternal: [new RegExp(`^(?!node:|(?:${outside.join('|')})(?:/|$))`)],
  esbuildOptions: (options) => {
    // From its source only what is used comes in; from what it ships, whole files.
    options.alias = Object.fromEntries(
      ['', '/contracts'].map((door) => [`@rustic-ai/kernel${door}`, join(folder, `src${door}/index.ts`)]),
    );
    options.logOverride = { 'ignored-bare-import': 'silent' };
  },
});
