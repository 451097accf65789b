// What thirty locked plugins cost beside three, where three are used: whole processes, in turn.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatLock, makeLock } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { median } from './lib.mjs';

const limitMs = 10;
const rounds = 41;
const root = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-bench-')));
const effects = { kind: 'none', idempotent: true, openWorld: false };
const text = (description) => ({ type: 'string', description });

/** Packages as npm installs them, of the size and with the manifest of a usual one. */
function install(index) {
  const name = `rustic-plugin-tool-bench-${index}`;
  const folder = join(root, 'node_modules', name);
  const tools = ['read', 'write', 'list', 'find'].map((verb) => `bench${index}_${verb}`);
  const input = {
    type: 'object',
    required: ['path'],
    properties: { path: text('Which one.'), limit: text('How many.') },
  };
  const manifest = {
    apiVersion: 1,
    id: `tool-bench-${index}`,
    requires: { host: { one: 'host' } },
    config: { type: 'object', properties: { folder: { ...text('Where.'), default: 'src/**' } } },
    permissions: [{ action: 'fs.read', match: { config: '/folder' }, reason: 'reads there' }],
    contributes: {
      tool: Object.fromEntries(tools.map((tool) => [tool, { summary: `Does ${tool}`, input, effects }])),
      hook: { 'turn.completed': {} },
    },
  };
  const exports = { '.': { default: './dist/index.js' } };
  const entries = tools.map((tool) => `${tool}: { run: () => ({ parts: [] }) }`);
  const code = `export default { setup: () => ({ tool: { ${entries.join(', ')} }, hook: { 'turn.completed': () => {} } }) };\n`;
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name, version: '1.0.0', type: 'module', exports, rustic: { manifest } }),
  );
  writeFileSync(join(folder, 'dist/index.js'), `${code}/*${'x'.repeat(20_000)}*/\n`);
  return name;
}
async function compose(count) {
  const plugins = Array.from({ length: count }, (_, index) => ({ package: install(index), options: {} }));
  const composition = { plugins, bind: {}, rules: [] };
  writeFileSync(join(root, 'rustic.json'), '{}');
  const lock = await makeLock({ folder: root, composition, inputs: ['rustic.json'], contracts: standard });
  const file = join(root, `${count}.lock`);
  writeFileSync(file, formatLock(lock));
  return file;
}
const [kernel, contracts, node] = ['', '/contracts', '/node'].map((door) =>
  import.meta.resolve(`@rustic-ai/kernel${door}`),
);
writeFileSync(
  join(root, 'host.mjs'),
  `import { createKernel, readLock } from '${kernel}';
import { standard } from '${contracts}';
import { nodeHost } from '${node}';
const started = performance.now();
const kernel = await createKernel({ contracts: standard, host: nodeHost(), lock: await readLock(process.argv[2]) });
for (const index of [0, 1, 2]) await kernel.use('tool').get(\`bench\${index}_read\`).invoke({ path: 'a' }, kernel.call());
console.log(performance.now() - started);
await kernel.dispose();
`,
);
const run = (lock) => {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['host.mjs', lock], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { wall: performance.now() - start, inside: Number(stdout) };
};
try {
  const [three, thirty] = [await compose(3), await compose(30)];
  run(three);
  run(thirty);
  const pairs = [];
  for (let round = 0; round < rounds; round++)
    pairs.push(round % 2 ? [run(three), run(thirty)] : [run(thirty), run(three)].toReversed());
  const more = (what) => median(pairs.map(([few, many]) => many[what] - few[what]));
  const base = (what) => median(pairs.map(([few]) => few[what]));
  const over = more('wall') > limitMs;
  console.log(
    `${(over ? 'OVER' : 'ok').padEnd(5)}start of 30 locked plugins beside 3: ${more('wall').toFixed(1)} ms more (limit ${limitMs}) on ${base('wall').toFixed(1)} ms; ${more('inside').toFixed(1)} ms more on ${base('inside').toFixed(1)} ms from lock to third call, median of ${rounds} pairs`,
  );
  if (over) process.exitCode = 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
