import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { compositionOf, createProject, type Project } from './project.js';

const turns = [{ say: 'Yes.' }];
let project: Project;
const file = () => join(project.home, 'rustic/data/rustic.db');
beforeEach(async () => {
  const composition = compositionOf({ turns });
  const bound = [
    'session.store',
    'key-value',
    'grants',
    'audit',
    'hook.trace',
    'runs',
    'prompts',
    'vectors',
    'storage',
  ];
  project = await createProject({
    turns,
    locked: true,
    composition: {
      ...composition,
      plugins: [...composition.plugins, '@rustic-ai/plugin-storage-memory'],
      bind: { ...composition.bind, ...Object.fromEntries(bound.map((id) => [id, 'storage-sqlite'])) },
    },
  });
  await project.rustic('run', 'hi');
});

describe('storage check', () => {
  it('says that a sound database is sound', async () => {
    expect(await project.rustic('storage', 'check')).toEqual({ code: 0, stdout: `${file()} is sound.\n`, stderr: '' });
    const { stdout } = await project.rustic('storage', 'check', '--json');
    expect(JSON.parse(stdout)).toEqual({ place: file(), sound: true });
  });

  it('names what is wrong with a damaged one', async () => {
    const db = new Database(file());
    db.exec('delete from entry where seq = 1');
    db.close();
    const { code, stderr } = await project.rustic('storage', 'check');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^RUSTIC_STORAGE_UNSOUND: .* is damaged:\nthe entries of session \S+ are not numbered/,
      ),
    });
  });
});

describe('storage backup', () => {
  it('writes a whole database to a new file, for its owner only, and overwrites none', async () => {
    const { code } = await project.rustic('storage', 'backup', 'copy.db');
    const copy = join(project.folder, 'copy.db');
    expect({ code, mode: (await stat(copy)).mode & 0o777 }).toEqual({ code: 0, mode: 0o600 });
    const db = new Database(copy, { readonly: true });
    expect(db.prepare('select count(*) from entry').pluck().get()).toBe(2);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    const again = await project.rustic('storage', 'backup', 'copy.db');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^RUSTIC_STORAGE_BACKUP: .*EEXIST/) });
    expect((await stat(copy)).size).toBeGreaterThan(0);
  });
});

describe('storage restore', () => {
  const kept = '"session":"s","seq":1,"id":"e","ts":"2026-01-01T00:00:00.000Z","type":"note","body":"needle"';
  const records = [
    '{"of":"session","session":{"id":"s","agent":"main","tags":[],"createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z","entries":1}}',
    `{"of":"entry","entry":{${kept}}}`,
  ];
  const end = (lines: readonly string[], count = lines.length) =>
    JSON.stringify({
      of: 'end',
      records: count,
      sha256: createHash('sha256')
        .update(lines.map((line) => `${line}\n`).join(''))
        .digest('hex'),
    });
  const restore = async (lines: readonly string[]) => {
    const empty = await createProject({ turns, locked: true });
    const backup = join(empty.folder, 'backup.jsonl');
    writeFileSync(backup, lines.map((line) => `${line}\n`).join(''));
    const result = await empty.rustic('storage', 'restore', backup, '--json');
    const shown = await empty.rustic('session', 'show', 's');
    return { ...result, sessions: shown.stdout.includes('needle') ? 1 : 0 };
  };

  it('puts in what a backup of records holds', async () => {
    const { code, stdout, sessions } = await restore([...records, end(records)]);
    expect({ code, sessions }).toEqual({ code: 0, sessions: 1 });
    expect(JSON.parse(stdout)).toMatchObject({ counts: { session: 1, entry: 1 } });
  });

  it.each([
    ['was cut off', records, /cut off/],
    ['was changed', [...records, end([records[0] ?? '', 'other'])], /not as it was written/],
    ['misses a record', [records[0] ?? '', end(records)], /not as it was written/],
    ['goes on after its end', [...records, end(records), records[1] ?? ''], /something follows its end/],
    ['is no backup at all', ['SQLite format 3'], /it is no backup/],
  ])('puts in nothing of one that %s', async (_, lines, reason) => {
    const { code, stderr, sessions } = await restore(lines);
    expect({ code, sessions }).toEqual({ code: 1, sessions: 0 });
    expect(stderr).toMatch(/^RUSTIC_STORAGE_FAILED: /);
    expect(stderr).toMatch(reason);
  });

  it('puts nothing into a database that was used', async () => {
    const backup = join(project.folder, 'backup.jsonl');
    writeFileSync(backup, [...records, end(records)].map((line) => `${line}\n`).join(''));
    const result = await project.rustic('storage', 'restore', 'backup.jsonl');
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/^RUSTIC_STORAGE_NOT_EMPTY/) });
  });
});

describe('storage vacuum', () => {
  it('gives room back to the disk', async () => {
    const db = new Database(file());
    db.exec(`create table junk (text); insert into junk values (zeroblob(4000000)); drop table junk;
      pragma wal_checkpoint(truncate)`);
    db.close();
    const { code, stdout } = await project.rustic('storage', 'vacuum', '--json');
    const { from, to } = JSON.parse(stdout) as { from: number; to: number };
    expect({ code, isSmaller: from > 4_000_000 && to < 1_000_000 }).toEqual({ code: 0, isSmaller: true });
    expect((await stat(file())).size).toBe(to);
    expect((await project.rustic('storage', 'check')).code).toBe(0);
  });
});

describe('storage migrate', () => {
  it('says which schema there is', async () => {
    const { stdout } = await project.rustic('storage', 'migrate', '--json');
    const { from, to } = JSON.parse(stdout) as { from: number; to: number };
    expect(from).toBe(to);
    expect(await project.rustic('storage', 'migrate')).toMatchObject({
      code: 0,
      stdout: `${file()} has schema ${to}, which is the newest.\n`,
    });
  });
});

describe('storage copy', () => {
  it('copies everything, reads it back and compares the digests', async () => {
    const { code, stdout } = await project.rustic(
      'storage',
      'copy',
      '--from',
      'storage-sqlite',
      '--to',
      'storage-memory',
      '--json',
    );
    expect(code).toBe(0);
    const said = JSON.parse(stdout) as object;
    expect(said).toMatchObject({ counts: { session: 1, entry: 2 }, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('refuses a database that was used, and a plugin that is no storage', async () => {
    const copy = (from: string, to: string) => project.rustic('storage', 'copy', '--from', from, '--to', to);
    expect(await copy('storage-memory', 'storage-sqlite')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^RUSTIC_STORAGE_NOT_EMPTY/),
    });
    expect(await copy('storage-sqlite', 'session-log')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^RUSTIC_BIND_INVALID/),
    });
    expect(await copy('storage-sqlite', 'storage-sqlite')).toMatchObject({ code: 2 });
  });
});

describe('a file that is no database of ours', () => {
  it.each([
    ['text', () => 'not a database, whatever its name says, and long enough to be read as a header of one, surely yes'],
    ['another program', () => ''],
  ])('%s is a coded refusal and stays as it is', async (what, content) => {
    const other = await createProject({ turns, locked: true });
    const path = join(other.home, 'rustic/data/rustic.db');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content());
    if (what === 'another program') {
      const db = new Database(path);
      db.exec('create table theirs (a)');
      db.close();
    }
    const before = (await stat(path)).size;
    const { code, stderr } = await other.rustic('session', 'list');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^RUSTIC_STORAGE_FAILED: /) });
    expect((await stat(path)).size).toBe(before);
  });
});
