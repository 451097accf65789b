// Puts the templates into dist/template: a folder for each kind, complete in itself. npm leaves .gitignore out of a
// package, and a second package.json confuses tools, so both travel with a _ in front.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const from = join(import.meta.dirname, '../plugin-template');
const to = join(import.meta.dirname, 'dist/template');
const left = ['node_modules', 'dist', '.turbo', 'CHANGELOG.md', 'kinds'];
const copy = (source, target) =>
  cpSync(source, target, { recursive: true, filter: (file) => !left.includes(basename(file)) });
/** What a kind says itself; its configuration is that of the template. */
const own = ['package.json', 'README.md', 'src', 'test'];
/** What only code needs: a bundle of skills has none. */
const ofCode = ['tsconfig.json', 'tsconfig.build.json', 'tsup.config.mjs', '.oxlintrc.json'];

rmSync(to, { recursive: true, force: true });
for (const kind of ['tool', ...readdirSync(join(from, 'kinds'))]) {
  const target = join(to, kind);
  copy(from, target);
  if (kind !== 'tool') {
    for (const part of own) {
      rmSync(join(target, part), { recursive: true });
      if (existsSync(join(from, 'kinds', kind, part))) copy(join(from, 'kinds', kind, part), join(target, part));
    }
  }
  const isBundle = !existsSync(join(target, 'src'));
  if (isBundle) {
    for (const file of ofCode) rmSync(join(target, file));
    for (const part of ['AGENTS.md', 'skills']) copy(join(from, 'kinds', kind, part), join(target, part));
  }
  renameSync(join(target, '.gitignore'), join(target, '_gitignore'));
  const { private: _, ...shipped } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  // In this repository a kind is built with the configuration of the template above it.
  shipped.scripts.build = shipped.scripts.build.replace(' --config ../../tsup.config.mjs', '');
  rmSync(join(target, 'package.json'));
  // Only the root of an install may say which scripts run: none has to.
  const text = JSON.stringify({ ...shipped, ...(!isBundle && { allowScripts: { esbuild: false } }) }, null, 2);
  writeFileSync(join(target, '_package.json'), `${text}\n`);
}
