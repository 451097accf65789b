// The smallest product, as a folder and as an executable: whole processes beside an empty Node.
import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  mkdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, median } from '../../kernel/bench/lib.mjs';

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'cli/bin/rustic.js');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-build-')));
const env = { ...process.env, RUSTIC_HOME: join(folder, 'home'), SHOP_HOME: join(folder, 'own') };
const official = (id) => `@rustic-ai/plugin-${id}`;
const small = ['provider-scripted', 'agent-loop', 'session-log', 'storage-memory', 'frontend-terminal'].map(official);
const ten = [
  ...small,
  ...['workspace-local', 'tool-filesystem', 'tool-shell', 'tool-http', 'provider-openai'].map(official),
];
function project(name, plugins) {
  const at = join(folder, name);
  mkdirSync(join(at, 'node_modules'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@rustic-ai'), join(at, 'node_modules/@rustic-ai'));
  writeFileSync(join(at, 'rustic.json'), JSON.stringify({ plugins, bind: { model: 'scripted/scenario' } }));
  rustic(at, 'lock', '--accept');
  return at;
}
function rustic(cwd, ...args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`rustic ${args.join(' ')}:\n${stderr}`);
  return performance.now() - start;
}
const smallest = project('small', small);
for (const format of ['folder', 'executable'])
  rustic(smallest, 'build', '--name', 'shop', '--format', format, '--out', join(folder, format));
const wall =
  (command, ...args) =>
  () => {
    const start = performance.now();
    const { status } = spawnSync(command, args, { cwd: folder, env, stdio: 'ignore' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
    return performance.now() - start;
  };
const floor = wall(process.execPath, '-e', '0');
const start = join(folder, 'folder/shop.mjs');
const executable = join(folder, 'executable/shop');
const about = { floor, rounds: 15, unit: 'ms' };
const cases = [
  ['a built --version', wall(process.execPath, start, '--version'), 1.2],
  ['an executable --version', wall(executable, '--version'), 1.3],
  ['a built scripted one shot', wall(process.execPath, start, 'run', 'hello'), 1.6],
];
for (const [name, subject, limit] of cases) {
  subject();
  await compare({ name: `${name} beside node -e 0`, subject, limit, ...about });
}

const within = (what, value, limit, unit) => {
  console.log(`${value <= limit ? 'ok   ' : 'OVER '}${what}: ${value.toFixed(2)} ${unit} (limit ${limit})`);
  if (value > limit) process.exitCode = 1;
};
const files = readdirSync(join(folder, 'folder'), { recursive: true, withFileTypes: true });
const bytes = files.filter((file) => file.isFile()).map((file) => statSync(join(file.parentPath, file.name)).size);
within('the smallest built folder', bytes.reduce((sum, size) => sum + size, 0) / 1e6, 3, 'MB');
const large = project('large', ten);
const built = [1, 2, 3].map(() => rustic(large, 'build', '--name', 'shop'));
within('a build of 10 plugins', median(built) / 1_000, 5, 's');
rmSync(folder, { recursive: true, force: true });
