// Appending to a session, one entry at a time, each durable before the next: beside prepared statements on better-sqlite3.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import sqlite from '@rustic-ai/plugin-storage-sqlite';
import Database from 'better-sqlite3';
import { compare } from '../../kernel/bench/lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rustic-append-'));
const times = 500;
const body = { role: 'assistant', parts: [{ type: 'text', text: 'word '.repeat(20) }] };

const db = new Database(join(folder, 'floor.db'));
db.pragma('journal_mode = wal');
db.pragma('synchronous = normal');
db.exec(
  `create table entry (row integer primary key, session text, seq integer, id text, parent text, ts text, type text,
   body text, unique (session, seq))`,
);
const insert = db.prepare('insert into entry (session, seq, id, parent, ts, type, body) values (?, ?, ?, ?, ?, ?, ?)');
const ts = '2026-01-01T00:00:00.000Z';
let seq = 0;
const floor = () => {
  const start = performance.now();
  for (let index = 0; index < times; index++)
    insert.run('s', ++seq, `e${seq}`, `e${seq - 1}`, ts, 'message', JSON.stringify(body));
  return ((performance.now() - start) * 1e3) / times;
};

const kernel = await createKernel({
  contracts: standard,
  host: nodeHost({ cwd: folder }),
  plugins: [[sqlite, { path: join(folder, 'own.db') }]],
});
const store = await kernel.service('session.store');
await store.create({ id: 's', agent: 'main', tags: [] });
let id = 0;
const subject = async () => {
  const start = performance.now();
  for (let index = 0; index < times; index++)
    await store.append('s', [{ id: `e${id + 1}`, parent: `e${id}`, ts, type: 'message', body }], id++);
  return ((performance.now() - start) * 1e3) / times;
};
floor();
await subject();
await compare({ name: 'append to a session, durable', floor, subject, limit: 1.25, unit: 'us' });
await kernel.dispose();
db.close();
rmSync(folder, { recursive: true, force: true });
