import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineConfig } from 'tsup';

// One entry, the manifest, and a chunk per lazily imported vendor package. Pure-JavaScript vendors (devDependencies) go
// inside, and so do the few lines a plugin uses of the kernel: starting costs files, not code. Native packages stay
// outside as "dependencies", and so does what the kernel itself stands on.
const own = JSON.parse(readFileSync('package.json', 'utf8'));
const kernel = createRequire(import.meta.url)('@rustic-ai/kernel/package.json');
const outside = [
  '@rustic-ai/kernel/schema',
  ...Object.keys(own.dependencies ?? {}),
  ...Object.keys(kernel.dependencies).filter((name) => !(name in own.devDependencies)),
];

/** Keeps package.json#rustic, which hosts read without running any code, equal to src/manifest.ts. */
async function writeManifest() {
  const { default: manifest } = await import(pathToFileURL(resolve('dist/manifest.js')).href);
  const before = readFileSync('package.json', 'utf8');
  const after = `${JSON.stringify({ ...JSON.parse(before), rustic: { manifest } }, null, 2)}\n`;
  if (after !== before) writeFileSync('package.json', after);
}

export default defineConfig({
  entry: ['src/index.ts', 'src/manifest.ts'],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  clean: true,
  dts: false,
  splitting: true,
  silent: true,
  external: outside,
  noExternal: [new RegExp(`^(?!node:|(?:${outside.join('|')})(?:/|$))`)],
  esbuildOptions: (options) => {
    options.logOverride = { 'ignored-bare-import': 'silent' };
  },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  onSuccess: writeManifest,
});
