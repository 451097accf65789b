// Writes dist/man: a manual page for each command of the table, and names them in package.json, where npm looks; and
// dist/help.json, the help of the program as it is printed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createProgram } from '../dist/program.js';
import { helpTexts } from './help.mjs';
import { commandsOf, manualPage, pageName } from '../dist/manual.js';

const manifest = new URL('../package.json', import.meta.url);
const before = readFileSync(manifest, 'utf8');
const json = JSON.parse(before);
const folder = new URL('../dist/man/', import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const create = () => createProgram(json.version, () => {});
writeFileSync(
  new URL('../dist/help.json', import.meta.url),
  JSON.stringify({ version: json.version, ...helpTexts(create) }),
);
const commands = commandsOf(create());
for (const command of commands)
  writeFileSync(new URL(`${pageName(command)}.1`, folder), manualPage(command, json.version));
json.man = commands.map((command) => `./dist/man/${pageName(command)}.1`);
const after = `${JSON.stringify(json, null, 2)}\n`;
if (after !== before) writeFileSync(manifest, after);
