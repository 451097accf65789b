import { auditRows } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { callsOfChain, inspect, newFolder, open, startAuditor } from './storage.js';

const numbers = (lines: readonly string[]) => lines.map(Number);

describe('the audit log', () => {
  it('of two processes is one chain with every row that either was told of', async () => {
    const folder = await newFolder();
    const auditors = ['a', 'b'].map((name) => startAuditor({ folder, name, count: 100, size: 3 }));
    for (const { child } of auditors) child.stdin.end();
    const ends = await Promise.all(auditors.map(({ ended }) => ended));
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const acknowledged = ends.flatMap(({ lines }) => numbers(lines)).toSorted((a, b) => a - b);
    expect(acknowledged).toEqual(Array.from({ length: 200 }, (_, index) => 3 * (index + 1)));
    const calls = await callsOfChain((await open(folder)).audit);
    const all = ['a', 'b'].flatMap((name) => Array.from({ length: 100 }, (_, index) => `${name}-${index}`));
    expect(calls.toSorted()).toEqual(all.flatMap((call) => [call, call, call]).toSorted());
  });

  it('is compared under the lock: who waited for another writer is told of its row', async () => {
    const folder = await newFolder();
    const { audit } = await open(folder);
    const kept = auditRows();
    await audit.append(kept);
    const [theirs] = auditRows({ after: kept[0], more: { call: 'theirs' } });
    await inspect(folder, async (other) => {
      other.exec('begin immediate');
      other.prepare('insert into audit (seq, json) values (2, ?)').run(JSON.stringify(theirs));
      const waiting = audit.append(auditRows({ after: kept[0], more: { call: 'ours' } }));
      const seen = await audit.last();
      other.exec('commit');
      expect(seen).toEqual(kept[0]);
      await expect(waiting).rejects.toMatchObject({ code: 'RUSTIC_AUDIT_BUSY', details: { expected: 1, found: 2 } });
    });
    expect(await callsOfChain(audit)).toEqual(['call-1', 'theirs']);
  });

  it('of a killed process has every row it was told of, whole batches only, and can be gone on from', async () => {
    const folder = await newFolder();
    for (const [round, enough] of [5, 40, 120].entries()) {
      const { child, until, ended } = startAuditor({ folder, name: `k${round}`, count: 0, size: 7 });
      await until(enough);
      child.kill('SIGKILL');
      const last = numbers((await ended).lines).at(-1) ?? 0;
      const { audit, close } = await open(folder);
      const rows = (await callsOfChain(audit)).length;
      expect(last).toBeGreaterThanOrEqual(7 * enough);
      expect(rows).toBeGreaterThanOrEqual(last);
      expect(rows % 7).toBe(0);
      await audit.append(auditRows({ count: 7, after: await audit.last() }));
      await close();
      expect(await inspect(folder, (db) => db.pragma('integrity_check', { simple: true }))).toBe('ok');
    }
  });

  it('is closed to changes, whoever opens the file', async () => {
    const folder = await newFolder();
    const { audit } = await open(folder);
    const rows = auditRows({ count: 3 });
    await audit.append(rows);
    await inspect(folder, (db) => {
      const never = /never changed or deleted/;
      expect(() => db.exec("update audit set json = '{}' where seq = 2")).toThrow(never);
      expect(() => db.exec('delete from audit where seq = 3')).toThrow(never);
    });
    expect(await audit.read({})).toEqual(rows);
  });

  it('keeps the text of a row as it was, and nothing else of it', async () => {
    const folder = await newFolder();
    const { audit } = await open(folder);
    const rows = auditRows({ count: 2 });
    await audit.append(rows);
    const kept = rows.map((row) => ({ seq: row.seq, json: JSON.stringify(row) }));
    expect(await inspect(folder, (db) => db.prepare('select * from audit order by seq').all())).toEqual(kept);
  });
});

describe('the hook trace', () => {
  it('keeps the newest 100,000 rows, and reads them without holding up the event loop', async () => {
    const { trace } = await open(await newFolder());
    const head = { ts: '', hook: 'h', plugin: 'p', version: '1.0.0', before: '', after: '', durationMs: 0 };
    const rows = Array.from({ length: 102_003 }, (_, index) => ({ ...head, path: `/${index}`, session: 's' }));
    for (let start = 0; start < rows.length; start += 2_000) await trace.append(rows.slice(start, start + 2_000));
    const longest = async () => {
      const beats = [performance.now()];
      const timer = setInterval(() => beats.push(performance.now()), 1);
      const kept = await trace.read({ session: 's', limit: 200_000 });
      clearInterval(timer);
      beats.push(performance.now());
      expect([kept.length, kept[0]?.path, kept.at(-1)?.path]).toEqual([100_000, '/2003', '/102002']);
      return Math.max(...beats.slice(1).map((at, index) => at - (beats[index] ?? at)));
    };
    expect(Math.min(await longest(), await longest(), await longest())).toBeLessThan(50);
  });
});
