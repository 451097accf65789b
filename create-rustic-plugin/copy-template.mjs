// Puts the template into dist/template. npm leaves .gitignore out of a package, and a second package.json confuses tools,
// so both travel with a _ in front.
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const from = join(import.meta.dirname, '../plugin-template');
const to = join(import.meta.dirname, 'dist/template');
const left = ['node_modules', 'dist', '.turbo', 'CHANGELOG.md'];
cpSync(from, to, { recursive: true, filter: (file) => !left.includes(basename(file)) });
renameSync(join(to, '.gitignore'), join(to, '_gitignore'));
const { private: _, ...shipped } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
// Only the root of an install may say which scripts run: none has to.
rmSync(join(to, 'package.json'));
writeFileSync(
  join(to, '_package.json'),
  `${JSON.stringify({ ...shipped, allowScripts: { esbuild: false } }, null, 2)}\n`,
);
