// Puts the template into dist/template. npm leaves .gitignore out of a package, so it travels as _gitignore.
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const from = join(import.meta.dirname, '../plugin-template');
const to = join(import.meta.dirname, 'dist/template');
const left = ['node_modules', 'dist', '.turbo', 'CHANGELOG.md'];
cpSync(from, to, { recursive: true, filter: (file) => !left.includes(basename(file)) });
renameSync(join(to, '.gitignore'), join(to, '_gitignore'));
const own = join(to, 'package.json');
const { private: _, ...shipped } = JSON.parse(readFileSync(own, 'utf8'));
// Only the root of an install may say which scripts run: none has to.
writeFileSync(own, `${JSON.stringify({ ...shipped, allowScripts: { esbuild: false } }, null, 2)}\n`);
