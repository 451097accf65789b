import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig } from 'tsup';
import { thirdParty } from '../.ci/third-party.mjs';
import { withoutUnreached } from '../.ci/unreached.mjs';

// One entry, the manifest, and a chunk per lazily imported vendor package. Pure-JavaScript vendors (devDependencies) go
// inside, and so do the few lines a plugin uses of the kernel: starting costs files, not code. What the kernel itself
// stands on stays outside; none of those few lines needs it.
const own = JSON.parse(readFileSync('package.json', 'utf8'));
const kernel = createRequire(import.meta.url)('@rustic-ai/kernel/package.json');
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
  esbuildPlugins: [thirdParty(), withoutUnreached(entry)],
  external: outside,
  noExternal: [new RegExp(`^(?!node:|(?:${outside.join('|')})(?:/|$))`)],
  esbuildOptions: (options) => {
    options.logOverride = { 'ignored-bare-import': 'silent' };
  },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
