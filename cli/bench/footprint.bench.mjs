// One shot beside a script on the raw SDK: the most memory, and what is sent beside the words of the prompt.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { compare, median } from '../../kernel/bench/lib.mjs';
import { startModelServer } from './server.mjs';
import { verdict } from './verdict.mjs';

const bin = join(import.meta.dirname, '../bin/rustic.js');
const scoped = (id) => `@rustic-ai/plugin-${id}`;
const tools = ['workspace-local', 'tool-filesystem', 'tool-shell'];

/** A folder with a composition whose model is at that address. */
async function project(baseUrl, model, more) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rustic-footprint-')));
  const env = { ...process.env, RUSTIC_HOME: join(folder, 'home'), MEMORY_LOG: join(folder, 'memory') };
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(import.meta.dirname, '../../node_modules/@rustic-ai'), join(folder, 'node_modules/@rustic-ai'));
  const plugins = [
    [scoped('provider-openai'), { baseUrl, models: [model] }],
    ...['agent-loop', 'session-log', 'storage-sqlite', 'frontend-terminal', ...more].map(scoped),
  ];
  writeFileSync(join(folder, 'rustic.json'), JSON.stringify({ plugins, bind: { model: `openai/${model}` } }));
  const run = async (args) => {
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const said = text(child.stderr);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}\n${await said}`);
  };
  await run([bin, 'lock', '--accept']);
  const hook = `--import=${join(import.meta.dirname, 'memory.mjs')}`;
  /** Unit: MB. */
  const memoryOf = (args) => async () => {
    await run([hook, ...args]);
    return Number(readFileSync(env.MEMORY_LOG, 'utf8')) / 1000;
  };
  return { run, memoryOf, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

const { baseURL, stop } = await startModelServer();
const whole = await project(baseURL, 'bench n20', tools);
const floor = whole.memoryOf([join(import.meta.dirname, 'oneshot.mjs'), baseURL, 'bench n20']);
const subject = whole.memoryOf([bin, 'run', 'go']);
await compare({ name: 'one shot, the most memory', floor, subject, limit: 1.1, rounds: 9, unit: 'MB' });
whole.remove();
stop();

const sent = [];
const answer = {
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta: { content: 'Hi.' }, finish_reason: 'stop' }],
};
const server = createServer(async (request, response) => {
  sent.push(Buffer.byteLength(await text(request)));
  response
    .writeHead(200, { 'content-type': 'text/event-stream' })
    .end(`data: ${JSON.stringify(answer)}\n\ndata: [DONE]\n\n`);
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const bare = await project(`http://127.0.0.1:${server.address().port}/v1`, 'm', []);
const prompt = 'go';
for (let round = 0; round < 3; round++) await bare.run([bin, 'run', prompt]);
bare.remove();
server.close();
verdict({
  name: 'a request without tools, beside the prompt',
  value: median(sent) - prompt.length,
  limit: 1024,
  unit: 'bytes',
});
