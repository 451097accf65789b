// One shot, from the start of the process to the first token on standard output: rustic beside a script on the raw SDK.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, median } from '../../kernel/bench/lib.mjs';
import { startModelServer } from './server.mjs';
import { verdict } from './verdict.mjs';

const { baseURL, stop } = await startModelServer();
const model = 'bench n20';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-oneshot-')));
const bin = join(import.meta.dirname, '../bin/rustic.js');
const env = { ...process.env, RUSTIC_HOME: join(folder, 'home'), NO_COLOR: '1' };
const plugins = [
  'agent-loop',
  'session-log',
  'storage-sqlite',
  'workspace-local',
  'tool-filesystem',
  'tool-shell',
  'frontend-terminal',
];
mkdirSync(join(folder, 'node_modules'));
symlinkSync(join(import.meta.dirname, '../../node_modules/@rustic-ai'), join(folder, 'node_modules/@rustic-ai'));
writeFileSync(
  join(folder, 'rustic.json'),
  JSON.stringify({
    plugins: [
      ['@rustic-ai/plugin-provider-openai', { baseUrl: baseURL, models: [model] }],
      ...plugins.map((name) => `@rustic-ai/plugin-${name}`),
    ],
    bind: { model: `openai/${model}` },
  }),
);
spawnSync(process.execPath, [bin, 'lock', '--accept'], { cwd: folder, env, stdio: 'inherit' });

/** Unit: ms, until the answer begins. `stream-json` shows it as it comes, also when standard output is a pipe. */
const firstToken = (args, sign) => async () => {
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
    if (!seen && text.includes(sign)) seen = performance.now() - start;
  });
  await once(child, 'close');
  if (!seen) throw new Error(`no answer:\n${text}`);
  return seen;
};
const floor = firstToken([join(import.meta.dirname, 'oneshot.mjs'), baseURL, model], 't0');
const subject = firstToken([bin, 'run', '--output-format', 'stream-json', 'go'], '"item.delta"');
await subject();
await floor();
await compare({ name: 'one shot to the first token', floor, subject, limit: 0.9, rounds: 15, unit: 'ms' });
const out = join(folder, 'built');
spawnSync(process.execPath, [bin, 'build', '--name', 'bench', '--out', out], {
  cwd: folder,
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const built = firstToken([join(out, 'bench.mjs'), 'run', '--output-format', 'stream-json', 'go'], '"item.delta"');
await built();
await compare({
  name: 'one shot of a built program to the first token',
  floor,
  subject: built,
  limit: 0.7,
  rounds: 15,
  unit: 'ms',
});

/** From the start of Node's event loop, which the floor of an empty Node stands for. */
const line = firstToken([bin, 'run', '--output-format', 'stream-json', 'go'], '\n');
const empty = () => {
  const startedMs = performance.now();
  spawnSync(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  return performance.now() - startedMs;
};
const waits = [];
for (let round = 0; round < 15; round++) waits.push((await line()) - empty());
verdict({
  name: 'the first line of JSON, after an empty Node',
  value: median(waits),
  limit: 100,
  unit: 'ms',
  digits: 1,
});
stop();
rmSync(folder, { recursive: true, force: true });
