import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProject, type Project } from './project.js';

const turns = [
  { when: 'one', say: 'The first answer holds a needle.' },
  { when: 'two', say: 'The second <script>alert("x")</script> ``` & answer.' },
  { when: 'three', say: 'Another.' },
];
type Info = { readonly id: string; readonly tags: readonly string[]; readonly entries: number };

let project: Project;
const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await project.rustic(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
};
const ids = async (...more: string[]) => (await json<Info[]>('session', 'list', ...more)).map(({ id }) => id);
const dump = async (id: string) => (await project.rustic('session', 'export', id)).stdout;

let id = '';
beforeEach(async () => {
  project = await createProject({ turns, locked: true });
  await project.rustic('run', 'one');
  await project.rustic('run', '-c', 'two');
  [id = ''] = await ids();
});

describe('session fork', () => {
  it('copies up to an entry and prints the new id; the copy is gone on with', async () => {
    const { code, stdout } = await project.rustic('session', 'fork', id.slice(0, -1), '--at', '2');
    expect(code).toBe(0);
    const copy = stdout.trim();
    expect(copy).not.toBe(id);
    expect(await project.rustic('run', '-r', copy, 'three')).toMatchObject({ code: 0, stdout: 'Another.\n' });
    const { session, entries } = await json<{ session: Info; entries: { body: unknown }[] }>('session', 'show', copy);
    expect(session.entries).toBe(5);
    expect(entries[2]?.body).toEqual({ forkedFrom: { session: id, seq: 2 } });
    expect((await ids()).toSorted()).toEqual([id, copy].toSorted());
    expect(await project.rustic('session', 'fork', id, '--at', '9')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^RUSTIC_SESSION_ENTRY: The session "\S+" has no entry 9\.\n/),
    });
  });
});

describe('session export and import', () => {
  it.each(['json', 'jsonl'])('as %s give a session back as it was', async (format) => {
    await project.rustic('session', 'tag', id, 'a', 'b');
    const before = await json('session', 'show', id);
    const file = join(project.folder, 'out');
    const { code } = await project.rustic('session', 'export', id, '--format', format, '-o', file);
    expect({ code, mode: (await stat(file)).mode & 0o777 }).toEqual({ code: 0, mode: 0o600 });
    const taken = await project.rustic('session', 'import', file);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringMatching(/^RUSTIC_SESSION_EXISTS/) });
    await project.rustic('session', 'delete', id, '--yes');
    expect(await ids()).toEqual([]);
    expect(await project.rustic('session', 'import', file)).toEqual({ code: 0, stdout: `${id}\n`, stderr: '' });
    expect(await json('session', 'show', id)).toEqual(before);
    const again = await project.rustic('session', 'export', id, '--format', format);
    expect(again.stdout).toBe(await readFile(file, 'utf8'));
  });

  it('takes any text through standard input, and refuses to overwrite a file', async () => {
    const [head = '', ...lines] = (await dump(id)).trim().split('\n');
    const body = '{"__proto__":{"a":1},"lone":"\\ud800","zero":"\\u0000","html":"</script>"}';
    const odd = `{"seq":${lines.length + 1},"id":"odd","ts":"2026-01-01T00:00:00.000Z","type":"note","body":${body}}`;
    const renamed = head.replace(id, 'imported-1').replace(/"entries":\d+/, `"entries":${lines.length + 1}`);
    const given = `${[renamed, ...lines, odd].join('\n')}\n`;
    expect(await project.piped(given, 'session', 'import', '-')).toMatchObject({ code: 0, stdout: 'imported-1\n' });
    expect(await dump('imported-1')).toBe(given);
    const there = await project.rustic('session', 'export', id, '-o', 'rustic.json');
    expect(there).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('EEXIST') });
  });

  it('refuses what was not exported, says what is wrong with it, and puts nothing in', async () => {
    const good = await dump(id);
    const [head = '', first = '', ...rest] = good.split('\n');
    const bad: [string, RegExp][] = [
      ['', /it does not begin with an object/],
      ['[]', /it does not begin with an object/],
      ['{"format":"x"}', /its "format" is not/],
      [good.replace('"v":1', '"v":2'), /it has version 2/],
      [`${head}\n{"seq":`, /line 2 is no JSON/],
      [[head, ...rest].join('\n'), /entry 1 has the number 2/],
      [[head, first].join('\n'), /it should have 4 entries and has 1/],
      [[head, first.replace('"type":"message"', '"type":"odd"'), ...rest].join('\n'), /"type" of entry 1/],
      [[head, first.replace('"id":', '"id":1,"x":'), ...rest].join('\n'), /"id" of entry 1/],
      [good.replace('"agent":"main"', '"agent":1'), /"agent" of its session/],
      [good.replace('"agent":"main"', '"agent":"main","more":1'), /"more" of its session/],
    ];
    for (const [text, reason] of bad) {
      const { code, stderr } = await project.piped(text.replaceAll(id, 'other'), 'session', 'import', '-');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(reason) });
      expect(stderr).toMatch(/^RUSTIC_IMPORT_INVALID: standard input is no exported session: /);
    }
    expect(await ids('--all')).toEqual([id]);
  }, 60_000);

  it('as html is one file without a script, in which nothing that was said is markup', async () => {
    const { stdout } = await project.rustic('session', 'export', id, '--format', 'html');
    expect(stdout).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(stdout).not.toMatch(/<script|\son\w+=|href=|<link|<iframe|javascript:/i);
    expect(stdout).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none';/);
    expect(stdout).toMatch(/^<!doctype html>\n/);
  });

  it('as markdown quotes what was said, and fences data so that nothing ends the fence', async () => {
    const { stdout } = await project.rustic('session', 'export', id, '--format', 'md');
    expect(stdout).toContain('### 4 assistant\n\n> The second <script>alert("x")</script> ``` & answer.\n');
    expect(stdout.match(/^#/gm)).toHaveLength(5);
  });

  it.each(['html', 'md'])('as %s shows as data what is no message', async (format) => {
    const [head = '', ...lines] = (await dump(id)).trim().split('\n');
    const odd = [
      [null],
      ['words'],
      [{ type: 'text' }],
      [{ type: 'tool_call', name: 'look' }],
      [{ type: 'tool_result', output: {} }],
    ];
    const entries = odd.map((parts, index) => {
      const rest = { id: `odd-${index}`, ts: '2026-01-01T00:00:00.000Z', type: 'message' };
      return JSON.stringify({ seq: lines.length + 1 + index, ...rest, body: { role: 'assistant', parts } });
    });
    const renamed = head.replace(id, 'imported-1').replace(/"entries":\d+/, `"entries":${lines.length + odd.length}`);
    const given = `${[renamed, ...lines, ...entries].join('\n')}\n`;
    expect(await project.piped(given, 'session', 'import', '-')).toMatchObject({ code: 0 });
    const { code, stdout } = await project.rustic('session', 'export', 'imported-1', '--format', format);
    expect(code).toBe(0);
    for (const part of ['null', 'words', 'tool_call', 'tool_result']) expect(stdout).toContain(part);
  });

  it('as markdown holds data with any number of fences', async () => {
    const [head = '', ...lines] = (await dump(id)).trim().split('\n');
    const many = '` '.repeat(200_000);
    const seq = lines.length + 1;
    const note = { seq, id: 'many', ts: '2026-01-01T00:00:00.000Z', type: 'note', body: many };
    const renamed = head.replace(id, 'imported-1').replace(/"entries":\d+/, `"entries":${seq}`);
    const given = `${[renamed, ...lines, JSON.stringify(note)].join('\n')}\n`;
    expect(await project.piped(given, 'session', 'import', '-')).toMatchObject({ code: 0 });
    const file = join(project.folder, 'out.md');
    const exported = await project.rustic('session', 'export', 'imported-1', '--format', 'md', '-o', file);
    expect(exported).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toContain(`\`\`\`text\n"${many}"\n\`\`\`\n`);
  });
});

describe('session search', () => {
  it('finds entries of this folder, with where the words stand', async () => {
    const hits = await json<{ entry: { seq: number }; snippet: string; highlights: [number, number][] }[]>(
      ...['session', 'search', 'NEEDLE', 'first'],
    );
    expect(hits.map(({ entry }) => entry.seq)).toEqual([2]);
    const [{ snippet, highlights } = { snippet: '', highlights: [] }] = hits;
    expect(highlights.map(([start, end]) => snippet.slice(start, end))).toEqual(['first', 'needle']);
    const text = await project.rustic('session', 'search', 'needle');
    expect(text.stdout).toMatch(
      new RegExp(String.raw`^${id}  2  \d{4}-\d\d-\d\d  assistant: The first answer holds a needle\.\n$`),
    );
  });

  it('narrows down by session and date', async () => {
    const found = async (...args: string[]) => (await json<unknown[]>('session', 'search', 'needle', ...args)).length;
    expect(await found('--session', id, '--since', '1h')).toBe(1);
    expect(await found('--before', '1h')).toBe(0);
    expect(await found('--since', '2999-01-01')).toBe(0);
    expect(await project.rustic('session', 'search', 'x', '--since', 'then')).toMatchObject({ code: 2 });
    expect(await project.rustic('session', 'search', '"*)', 'NEAR(')).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('session delete and prune', () => {
  it('delete nothing unless somebody agrees', async () => {
    for (const args of [
      ['delete', id],
      ['prune', '--older-than', '0h'],
    ]) {
      const refused = await project.rustic('session', ...args);
      expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
      expect(refused.stderr).toContain(id);
    }
    expect(await ids()).toEqual([id]);
    expect(await project.rustic('session', 'prune', '--yes')).toMatchObject({ code: 2 });
  });

  it('delete all that is named or none, and prune down to a limit', async () => {
    const copies = [];
    for (let index = 0; index < 3; index++) copies.push((await project.rustic('session', 'fork', id)).stdout.trim());
    expect(await project.rustic('session', 'delete', id, 'nope', '--yes')).toMatchObject({ code: 1 });
    expect(await ids()).toHaveLength(4);
    expect(await json('session', 'delete', copies[0] ?? '', copies[0] ?? '', '--yes')).toEqual({
      deleted: [copies[0]],
    });
    expect(await json('session', 'prune', '--keep', '2', '--dry-run')).toEqual({ wouldDelete: [id] });
    expect(await json('session', 'prune', '--keep', '2', '--yes')).toEqual({ deleted: [id] });
    expect((await ids()).toSorted()).toEqual(copies.slice(1).toSorted());
  });
});

describe('session stats and tags', () => {
  it('say what models took, by session, model and day', async () => {
    type Stats = { rows: { name: string; calls: number; unpriced: number; inputTokens: number }[]; total: object };
    const today = new Date().toISOString().slice(0, 10);
    for (const [by, name] of [
      ['session', id],
      ['model', expect.stringContaining('scripted')],
      ['day', expect.stringMatching(/^\d{4}-\d\d-\d\d$/)],
    ] as const) {
      const { rows } = await json<Stats>('session', 'stats', '--by', by);
      expect(rows).toEqual([expect.objectContaining({ name, calls: 2, unpriced: 2 })]);
      expect(rows[0]?.inputTokens).toBeGreaterThan(0);
    }
    expect(await project.rustic('session', 'stats', '--before', today)).toMatchObject({ code: 0, stdout: '' });
    expect((await project.rustic('session', 'stats')).stdout).toMatch(/ 2 calls .* price unknown\ntotal /);
  });

  it('list by tag', async () => {
    await project.rustic('session', 'tag', id, 'keep', 'keep', 'x');
    const [info] = await json<Info[]>('session', 'list', '--tag', 'keep');
    expect(info?.tags).toEqual(['keep', 'x']);
    expect(await ids('--tag', 'nope')).toEqual([]);
    await project.rustic('session', 'tag', id);
    expect(await ids('--tag', 'keep')).toEqual([]);
  });
});

describe('a session that another process is at work on', () => {
  it('is not deleted', async () => {
    const folder = join(project.home, 'rustic/data/rustic.db-held');
    mkdirSync(folder, { recursive: true });
    // As the store locks it; see storage-sqlite.
    const db = new Database(join(folder, createHash('sha256').update(id).digest('hex').slice(0, 32)));
    db.exec('begin exclusive');
    expect(await project.rustic('session', 'delete', id, '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^RUSTIC_SESSION_BUSY: The session "\S+" is used by another process: /),
    });
    expect(await json('session', 'prune', '--keep', '1', '--yes')).toEqual({ deleted: [] });
    db.close();
    expect(await json('session', 'delete', id, '--yes')).toEqual({ deleted: [id] });
  });
});
