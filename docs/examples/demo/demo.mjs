// The demonstration: a composition like any user's, in a folder of its own: `demo.mjs [--ask] [new folder]`, by default
// `demo` below the repository's root. `npm run demo -- --ask` lets you answer the permission questions yourself.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const given = process.argv.slice(2).find((arg) => !arg.startsWith('-'));
const folder = given ? resolve(given) : join(root, 'demo');
if (!given) rmSync(folder, { recursive: true, force: true });
else if (existsSync(folder)) throw new Error(`${folder} exists already`);
cpSync(join(import.meta.dirname, 'project'), folder, { recursive: true });
if (process.argv.includes('--ask')) {
  const file = join(folder, 'rustic.json');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"approver": "policy-answers"', '"approver": "frontend-terminal"'),
  );
}

const rustic = (...args) => {
  console.log(`\n$ rustic ${args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)).join(' ')}`);
  const bin = join(root, 'cli/bin/rustic.js');
  const { status } = spawnSync(process.execPath, [bin, ...args], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
rustic('lock', '--accept');
rustic('run', 'Fix the failing test');
rustic('session', 'show');
console.log(`\nThe folder is ${folder}; look around with: npx rustic session list -C ${relative('.', folder) || '.'}`);
