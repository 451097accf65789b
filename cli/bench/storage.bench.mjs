// A long session, many entries and a large database, in the store of the command line.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import sessionLog from '@rustic-ai/plugin-session-log';
import sqlite from '@rustic-ai/plugin-storage-sqlite';
import Database from 'better-sqlite3';
import { compare, median } from '../../kernel/bench/lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rustic-storage-'));
const fileOf = (name) => join(folder, `${name}.db`);
const open = (name) =>
  createKernel({
    contracts: standard,
    host: nodeHost({ cwd: folder }),
    plugins: [[sqlite, { path: fileOf(name) }], sessionLog],
  });
const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
async function within({ name, work, limitMs, rounds = 15 }) {
  await work();
  const times = [];
  for (let round = 0; round < rounds; round++) times.push(await timed(work));
  const ms = median(times);
  console.log(`${(ms <= limitMs ? 'ok' : 'OVER').padEnd(5)}${name}: ${ms.toFixed(2)} ms (limit ${limitMs})`);
  if (ms > limitMs) process.exitCode = 1;
}
/** Creates the schema, then fills it faster than its plugin would. */
async function fill(name, { sessions, entries }) {
  const kernel = await open(name);
  const store = await kernel.service('session.store');
  for (let index = 0; index < sessions; index++) await store.create({ id: `s${index}`, agent: 'main', tags: [] });
  await kernel.dispose();
  const db = new Database(fileOf(name));
  db.exec(`insert into entry (session, seq, id, ts, type, body)
    with recursive n (i) as (select 0 union all select i + 1 from n where i < ${entries - 1})
    select 's' || (i % ${sessions}), i / ${sessions} + 1, 'e' || i, '2026-01-01T00:00:00.000Z', 'message',
      json_object('role', 'user', 'parts', json_array(json_object('type', 'text', 'text',
        printf('number w%d among many common words', i % 9973))), 'model', 'm',
      'usage', iif(i % 3 = 0, json_object('inputTokens', i, 'outputTokens', 9), 'none')) from n`);
  db.close();
}

await fill('long', { sessions: 1, entries: 10_000 });
await fill('many', { sessions: 100, entries: 100_000 });
await fill('empty', { sessions: 1, entries: 1 });
await fill('large', { sessions: 1_000, entries: 1_000_000 });

const long = await open('long');
const [store, sessions] = [await long.service('session.store'), await long.service('session')];
await within({ name: 'last 100 of 10,000 entries', limitMs: 1, work: () => store.read('s0', { last: 100 }) });
await within({ name: 'open a session of 10,000 entries', limitMs: 20, work: () => sessions.open('s0') });
const turn = async () => (await store.hold('s0', { waitMs: 0 })).release();
await within({ name: 'hold a session and let it go', limitMs: 0.5, work: turn });
await long.dispose();

const many = await open('many');
const searched = await many.service('session.store');
console.log(
  `     the first search, which indexes 100,000 entries: ${(await timed(() => searched.search('w17', {}))).toFixed(0)} ms`,
);
await within({ name: 'search 100,000 entries for a rare word', limitMs: 50, work: () => searched.search('w17', {}) });
await within({
  name: 'search 100,000 entries for common words',
  limitMs: 50,
  work: () => searched.search('common many', {}),
});
const log = await many.service('session');
const readAll = async () => {
  for (const { id } of await searched.list({ limit: 1_000 })) await searched.read(id, {});
};
console.log(`     reading all 100,000 entries, for comparison: ${(await timed(readAll)).toFixed(0)} ms`);
console.log(`     usage of 100,000 entries, the first time: ${(await timed(() => log.usage({}))).toFixed(0)} ms`);
await within({ name: 'usage of 100,000 entries', limitMs: 100, work: () => log.usage({}) });
await within({ name: 'usage of one session among them', limitMs: 20, work: () => log.usage({ session: 's7' }) });
const limits = { maxBytes: 10_000_000, dryRun: true };
await within({
  name: 'what prune by size would delete of 100,000 entries',
  limitMs: 100,
  work: () => log.prune(limits),
});
await many.dispose();

const opening = (name) => () =>
  timed(async () => {
    const kernel = await open(name);
    await (await kernel.service('session')).open('s0');
    await kernel.dispose();
  });
await compare({
  name: 'open a database of 1,000,000 entries, to an empty one',
  floor: opening('empty'),
  subject: opening('large'),
  limit: 1.5,
  unit: 'ms',
  rounds: 15,
});
rmSync(folder, { recursive: true, force: true });
