import { execFile } from 'node:child_process';
import { chmod, open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { auditRows } from '@rustic-ai/kernel/testing';
import { describe, expect, it, type TestContext } from 'vitest';
import { callsOfChain, inspect, newFolder, open, startAuditor } from './storage.js';

/** No user in particular. Source: the id of `nobody` on Debian. */
const nobody = 65_534;
/** A folder with a log of one row that nobody has open. */
async function folderWithLog(): Promise<string> {
  const folder = await newFolder();
  const { audit, close } = await open(folder);
  await audit.append(auditRows());
  await close();
  return folder;
}
const grant = {
  id: 'g',
  plugin: 'p',
  operation: 'tool',
  name: 't',
  rule: { effect: 'allow', action: 'tool', match: 't' },
  scope: 'user',
  grantedAt: '2026-01-01T00:00:00.000Z',
} as const;

describe('a database that may only be read', () => {
  it.each([
    { what: 'the file', fileMode: 0o444, folderMode: 0o777, reason: /EACCES/ },
    { what: 'the folder', fileMode: 0o666, folderMode: 0o555, reason: /SQLITE_READONLY_DIRECTORY/ },
  ])('because of $what is a coded failure, and is written once it may be', async ({ fileMode, folderMode, reason }) => {
    const folder = await folderWithLog();
    const file = join(folder, 'rustic.db');
    await chmod(file, fileMode);
    await chmod(folder, folderMode);
    const { child, until, ended } = startAuditor({ folder, name: 'a', count: 1, user: nobody });
    const [failed = ''] = await until(1);
    await chmod(folder, 0o777);
    await chmod(file, 0o666);
    child.stdin.end('\n');
    const { code, lines, stderr } = await ended;
    expect(JSON.parse(failed)).toEqual({
      code: 'RUSTIC_STORAGE_READ_ONLY',
      details: { file, reason: expect.stringMatching(reason) },
    });
    expect({ code, lines, stderr }).toEqual({ code: 0, lines: [failed, '2'], stderr: '' });
    await chmod(folder, 0o700);
    expect(await callsOfChain((await open(folder)).audit)).toEqual(['call-1', 'a-0']);
  });

  it('because its format says so is a coded failure, is read, and is written by who opens it once it may be', async () => {
    const folder = await folderWithLog();
    const setFormat = async (version: number) => {
      const file = await openFile(join(folder, 'rustic.db'), 'r+');
      // Source: "Database File Format" of SQLite, 1.3.3: the write version; above 2 a file may only be read.
      await file.write(Buffer.of(version), 0, 1, 18);
      await file.close();
    };
    await setFormat(3);
    const { audit, grants, close } = await open(folder);
    const readOnly = {
      code: 'RUSTIC_STORAGE_READ_ONLY',
      details: { file: join(folder, 'rustic.db'), reason: expect.stringMatching(/SQLITE_READONLY/) },
      cause: { code: 'SQLITE_READONLY' },
    };
    const next = auditRows({ after: await audit.last() });
    await expect(audit.append(next)).rejects.toMatchObject(readOnly);
    await expect(grants.add(grant)).rejects.toMatchObject(readOnly);
    await close();
    await setFormat(2);
    const again = await open(folder);
    await again.audit.append(next);
    await again.grants.add(grant);
    expect(await callsOfChain(again.audit)).toEqual(['call-1', 'call-2']);
  });
});

describe('a database that another process does not let go', () => {
  it('is a coded failure at the limit; nothing is half written, and the next call works', async () => {
    const folder = await newFolder();
    const { audit, grants, trace } = await open(folder, { lockTimeoutMs: 50 });
    const [first = [], second = []] = [auditRows(), auditRows({ count: 2 }).slice(1)];
    await audit.append(first);
    const change = { ts: '', hook: 'h', plugin: 'p', version: '1.0.0', path: '', before: '', after: '', durationMs: 0 };
    await inspect(folder, async (other) => {
      other.exec('begin immediate');
      const locked = {
        code: 'RUSTIC_STORAGE_LOCKED',
        details: { file: join(folder, 'rustic.db'), reason: 'database is locked (SQLITE_BUSY)' },
      };
      await expect(audit.append(second)).rejects.toMatchObject(locked);
      await expect(grants.add(grant)).rejects.toMatchObject(locked);
      await expect(grants.revoke('g')).rejects.toMatchObject(locked);
      await expect(trace.append([change])).rejects.toMatchObject(locked);
      expect([await audit.read({}), await grants.list(), await trace.read({})]).toEqual([first, [], []]);
      other.exec('rollback');
    });
    await audit.append(second);
    await grants.add(grant);
    await trace.append([change]);
    expect([await audit.read({}), await grants.list(), await trace.read({})]).toEqual([
      [...first, ...second],
      [grant],
      [change],
    ]);
  });
});

describe('a disk without room', () => {
  it('is a coded failure, nothing acknowledged is lost, and the same process goes on once there is room', async () => {
    const folder = await newFolder();
    const { child, until, ended } = startAuditor({ folder, name: 'a', count: 40, size: 200, limitBlocks: 1_024 });
    const lines = await until(40);
    const failed = JSON.parse(lines.at(-1) ?? '');
    expect(failed).toEqual({
      code: 'RUSTIC_STORAGE_FAILED',
      details: { file: join(folder, 'rustic.db'), reason: expect.stringMatching(/SQLITE_(FULL|IOERR)/) },
    });
    const kept = 200 * (lines.length - 1);
    expect(kept).toBeGreaterThan(0);
    await inspect(folder, (db) => expect(db.prepare('select max(seq) from audit').pluck().get()).toBe(kept));
    await promisify(execFile)('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:']);
    child.stdin.end('\n');
    const end = await ended;
    expect({ code: end.code, stderr: end.stderr, last: end.lines.at(-1) }).toEqual({
      code: 0,
      stderr: '',
      last: '8000',
    });
    expect((await callsOfChain((await open(folder)).audit)).length).toBe(8_000);
  });

  /** What a script that fills a small disk of its own prints; undefined: none can be mounted here. */
  async function onSmallDisk(context: TestContext, folder: string, script: string) {
    const mounted = ['sh', '-c', 'mount -t tmpfs -o size=6m tmpfs "$1" && shift && exec "$@"', 'sh', folder];
    const unshare = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
    const may = await promisify(execFile)('unshare', [...unshare, ...mounted, 'true']).catch((error: Error) => error);
    if (may instanceof Error) return context.skip(`no small disk can be mounted here: ${may.message}`);
    const path = fileURLToPath(new URL(`fixtures/${script}.mjs`, import.meta.url));
    const { stdout } = await promisify(execFile)('unshare', [...unshare, ...mounted, process.execPath, path, folder]);
    return JSON.parse(stdout);
  }
  const isFull = (folder: string) => ({
    code: 'RUSTIC_STORAGE_FAILED',
    details: { file: join(folder, 'rustic.db'), reason: 'database or disk is full (SQLITE_FULL)' },
  });

  it('that is really full is a coded failure, and what was acknowledged is there after it', async (context) => {
    const folder = await newFolder();
    const { error, full, before, seqs, ...rest } = await onSmallDisk(context, folder, 'full-disk');
    expect(error).toEqual(isFull(folder));
    expect(full).toBeGreaterThan(20);
    expect({ before, rest }).toEqual({ before: full, rest: { torn: 0, flaws: [] } });
    expect(seqs).toEqual(Array.from({ length: full + 1 }, (_, index) => index + 1));
  });

  it('that is really full within a transaction undoes all of it, and nothing else', async (context) => {
    const folder = await newFolder();
    const { error, full, after, flaws, perTransaction } = await onSmallDisk(context, folder, 'full-disk-within');
    expect(error).toEqual(isFull(folder));
    expect(full.done).toBeGreaterThan(5);
    expect(full).toEqual({ done: full.done, entries: full.done * perTransaction, value: full.done });
    expect(after).toEqual({ entries: (full.done + 1) * perTransaction, value: full.done + 1 });
    expect(flaws).toEqual([]);
  });
});
