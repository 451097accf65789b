import type { AuditRow } from '@rustic-ai/kernel/contracts';
import { auditRows } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { byHand, createProject, type Project, resultsOf } from './project.js';

const shell = (command: string) => ({ calls: [{ tool: 'shell_run', input: { command } }] });
const turns = [
  { when: 'greet', ...shell('echo hello') },
  { when: 'greet', say: 'Greeted.' },
  { when: 'both', ...shell('echo one && echo two') },
  { when: 'both', say: 'Both.' },
];
/** One question in a terminal, answered. */
async function answer(project: Project, prompt: string, key: string, choices: string) {
  const terminal = project.terminal('run', prompt);
  await terminal.seen(choices);
  terminal.type(`${key}\r`);
  return terminal.ended;
}
const all = 'y once · s session · a always here · n no';
const once = 'y once · n no';
interface Listed {
  readonly grants: readonly { readonly id: string; readonly within?: string; readonly expired?: true }[];
}
const listed = async (project: Project) =>
  (JSON.parse((await project.rustic('permissions', 'list', '--json')).stdout) as Listed).grants;
const refusals = async (project: Project) => (await resultsOf(project)).map(({ error }) => error?.code);

describe('an answer for always', () => {
  it('shows what it stores, answers later runs in this folder alone, and is asked for again once it is revoked', async () => {
    const project = await createProject({ turns, locked: true });
    const asked = await answer(project, 'greet', 'a', all);
    expect(asked).toMatchObject({ code: 0 });
    expect(asked.stdout).toContain('s and a would store: allow exec echo hello\r\n');
    expect(await project.rustic('run', 'greet')).toMatchObject({ code: 0, stdout: 'Greeted.\n' });
    expect(await refusals(project)).toEqual([undefined]);

    const [grant] = await listed(project);
    expect(grant).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      plugin: 'tool-shell',
      operation: 'tool',
      name: 'shell_run',
      rule: { effect: 'allow', action: 'exec', match: 'echo hello' },
      scope: 'project',
      within: project.folder,
      grantedAt: expect.stringMatching(/^\d{4}-/),
    });
    const id = grant?.id ?? '';
    const line = `  ${id.slice(0, 8)}  allow exec echo hello  to tool shell_run of tool-shell  [project ${project.folder}]  since `;
    expect((await project.rustic('permissions', 'list')).stdout).toContain(`\nRemembered answers:\n${line}`);

    const revoked = await project.rustic('permissions', 'revoke', id.slice(0, 8));
    expect(revoked).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining(`No longer remembered:\n${line}`),
    });
    expect(await listed(project)).toEqual([]);
    await project.rustic('run', 'greet');
    expect(await refusals(project)).toEqual(['RUSTIC_PERMISSION_DENIED']);
    expect(await answer(project, 'greet', 'n', all)).toMatchObject({ code: 0 });
  });

  it('is not offered where nothing can be stored', async () => {
    const project = await createProject({ turns, locked: true });
    const { stdout } = await answer(project, 'both', 'y', once);
    expect(stdout).not.toMatch(/would store|a always/);
    expect(await listed(project)).toEqual([]);
  });

  it('counts once where answers can not be kept, and says so', async () => {
    const code = `const grants = {
      list: async () => [],
      add: async () => { throw new Error('this store may only be read'); },
      revoke: async () => false,
    };
    export default { setup: () => ({ service: { grants } }) };`;
    const contributes = { service: { grants: { summary: 'Grants that may only be read' } } };
    const written = [{ name: 'acme-grants', manifest: { id: 'acme-grants', contributes }, code }];
    const project = await createProject({ turns, written, composition: false });
    const plugins = [
      'agent-loop',
      'session-log',
      'storage-sqlite',
      'workspace-local',
      'tool-shell',
      'frontend-terminal',
    ];
    project.write('rustic.json', {
      plugins: [
        ['@rustic-ai/plugin-provider-scripted', { scenario: 'scenario.json' }],
        ...plugins.map((plugin) => `@rustic-ai/plugin-${plugin}`),
        'acme-grants',
      ],
      bind: { grants: 'acme-grants' },
    });
    await project.rustic('lock', '--accept');
    const { code: exit, stdout } = await answer(project, 'greet', 'a', all);
    expect(exit).toBe(0);
    expect(stdout).toContain(
      'The answer for this project could not be kept, so it counted once: this store may only be read',
    );
    expect(await refusals(project)).toEqual([undefined]);
    await project.rustic('run', 'greet');
    expect(await refusals(project)).toEqual(['RUSTIC_PERMISSION_DENIED']);
  });
});

describe('rustic permissions revoke', () => {
  const grant = (id: string, more: object = {}) => ({
    id,
    plugin: 'tool-shell',
    operation: 'tool',
    name: 'shell_run',
    rule: { effect: 'allow', action: 'exec', match: id, ...more },
    scope: 'user',
    grantedAt: '2026-01-02T03:04:05.678Z',
  });
  async function withGrants(...grants: readonly { id: string }[]) {
    const project = await createProject({ turns, locked: true });
    await project.rustic('permissions', 'list');
    byHand(project, (db) => {
      for (const one of grants)
        db.prepare('insert into "grant" (id, json) values (?, ?)').run(one.id, JSON.stringify(one));
    });
    return project;
  }
  const ids = async (project: Project) => (await listed(project)).map(({ id }) => id);

  it('marks what has expired, and takes back all or what is named', async () => {
    const project = await withGrants(grant('aa1'), grant('ab2', { expires: '2026-02-01T00:00:00Z' }), grant('b3'));
    expect((await listed(project)).map(({ expired }) => expired)).toEqual([undefined, true, undefined]);
    expect((await project.rustic('permissions', 'list')).stdout).toContain(
      '  ab2  allow exec ab2, until 2026-02-01T00:00:00Z (expired)  to tool shell_run of tool-shell  [user]  since 2026-01-02 03:04\n',
    );
    const { stdout } = await project.rustic('permissions', 'revoke', 'ab', 'ab2', '--json');
    expect(JSON.parse(stdout)).toEqual({ revoked: ['ab2'] });
    expect(await ids(project)).toEqual(['aa1', 'b3']);
    expect(await project.rustic('permissions', 'revoke', '--all')).toMatchObject({ code: 0 });
    expect(await ids(project)).toEqual([]);
    expect(await project.rustic('permissions', 'revoke', '--all')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Nothing is remembered.\n',
    });
  });

  it('takes nothing back when one of the ids is unknown or not the beginning of one alone', async () => {
    const project = await withGrants(grant('aa1'), grant('aa'), grant('b3'), grant('b4'));
    const { code, stdout, stderr } = await project.rustic('permissions', 'revoke', 'aa1', 'nope');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^RUSTIC_GRANT_UNKNOWN: There is no remembered answer "nope"\.\nFix: Run: rustic permissions list\n/,
    );
    expect((await project.rustic('permissions', 'revoke', 'b')).stderr).toMatch(
      /^RUSTIC_GRANT_PREFIX: .* "b": b3, b4\nFix: /,
    );
    expect(await ids(project)).toEqual(['aa1', 'aa', 'b3', 'b4']);
    expect(await project.rustic('permissions', 'revoke', 'aa')).toMatchObject({ code: 0 });
    expect(await ids(project)).toEqual(['aa1', 'b3', 'b4']);
    for (const args of [[], ['aa1', '--all']])
      expect(await project.rustic('permissions', 'revoke', ...args)).toMatchObject({ code: 2 });
  });

  it('says who would have to keep answers where nobody does', async () => {
    const project = await createProject({ composition: { plugins: [] }, locked: true });
    expect(await project.rustic('permissions', 'list')).toMatchObject({
      code: 0,
      stderr: 'No plugin keeps answers, so each is forgotten when its process ends.\n',
    });
    const { code, stderr } = await project.rustic('permissions', 'revoke', 'x');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^RUSTIC_CAPABILITY_MISSING: .*"grants"/);
  });
});

describe('rustic permissions verify', () => {
  /** A project in which decisions were made. */
  async function decided() {
    const project = await createProject({
      turns,
      locked: true,
      rules: [{ effect: 'allow', action: 'exec', match: 'echo hello' }],
    });
    await project.rustic('run', 'greet');
    await project.rustic('run', 'both');
    return project;
  }
  const verify = (project: Project) => project.rustic('permissions', 'verify');

  it('says how many entries are whole, from when to when', async () => {
    const project = await decided();
    const times = byHand(project, (db) =>
      db
        .prepare<[], { json: string }>('select json from audit order by seq')
        .all()
        .map(({ json }) => (JSON.parse(json) as AuditRow).ts),
    );
    expect(times.length).toBeGreaterThan(5);
    const [from, to] = [times[0], times.at(-1)];
    expect(await verify(project)).toEqual({
      code: 0,
      stdout: `${times.length} entries from ${from} to ${to}: each is as it was written, and follows the one before it.\n`,
      stderr: '',
    });
    const { stdout } = await project.rustic('permissions', 'verify', '--json');
    expect(JSON.parse(stdout)).toEqual({ ok: true, entries: times.length, from, to });
  });

  /** What somebody did to the file, and how the entry is named for it. */
  interface Alteration {
    readonly what: string;
    readonly seq: number;
    readonly wrong: string;
    readonly reason: string;
    change(log: { get(seq: number): string; put(seq: number, json: string): void; remove(seq: number): void }): void;
  }
  const alterations: readonly Alteration[] = [
    {
      what: 'says another decision',
      seq: 3,
      wrong: 'digest',
      reason: 'its digest does not fit its content',
      change: ({ get, put }) => put(3, get(3).replace('"decision":"allow"', '"decision":"deny"')),
    },
    {
      what: 'is no JSON any more',
      seq: 2,
      wrong: 'digest',
      reason: 'it can not be read',
      change: ({ put }) => put(2, '{"seq":2'),
    },
    {
      what: 'is another value',
      seq: 2,
      wrong: 'digest',
      reason: 'it can not be read',
      change: ({ put }) => put(2, 'null'),
    },
    {
      what: 'was deleted',
      seq: 2,
      wrong: 'gap',
      reason: 'entry 3 stands in its place',
      change: ({ remove }) => remove(2),
    },
    {
      what: 'was the first and is deleted',
      seq: 1,
      wrong: 'gap',
      reason: 'entry 2 stands in its place',
      change: ({ remove }) => remove(1),
    },
    {
      what: 'changed places with the next',
      seq: 2,
      wrong: 'gap',
      reason: 'entry 3 stands in its place',
      change({ get, put }) {
        const [second, third] = [get(2), get(3)];
        put(2, third);
        put(3, second);
      },
    },
    {
      what: 'follows one that was written anew',
      seq: 4,
      wrong: 'link',
      reason: 'it was written after another entry 3 than the one there is now',
      change: ({ get, put }) => put(3, JSON.stringify(auditRows({ after: JSON.parse(get(2)) as AuditRow })[0])),
    },
  ];
  it.each(alterations)('names the entry that $what', async ({ seq, wrong, reason, change }) => {
    const project = await decided();
    byHand(project, (db) => {
      const one = db.prepare<[number], string>('select json from audit where seq = ?').pluck();
      change({
        get: (at) => one.get(at) ?? '',
        put: (at, json) => void db.prepare('update audit set json = ? where seq = ?').run(json, at),
        remove: (at) => void db.prepare('delete from audit where seq = ?').run(at),
      });
    });
    expect(await verify(project)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(
        `RUSTIC_AUDIT_ALTERED: Entry ${seq} of the audit log is not as it was written (${wrong}): ${reason}.\nFix: Restore `,
      ),
    });
    const { code, stdout } = await project.rustic('permissions', 'verify', '--json');
    const said = JSON.parse(stdout) as object;
    expect({ code, ...said }).toMatchObject({ code: 1, ok: false, entries: seq - 1, flaw: { seq, wrong, reason } });
  });

  it('reads page after page, and finds what was altered behind the first', async () => {
    const project = await createProject({ turns, locked: true });
    expect(await verify(project)).toEqual({ code: 0, stdout: 'The audit log is empty.\n', stderr: '' });
    byHand(project, (db) => {
      const add = db.prepare('insert into audit (seq, json) values (?, ?)');
      db.transaction(() => {
        for (const one of auditRows({ count: 2_500 })) add.run(one.seq, JSON.stringify(one));
      })();
    });
    expect((await verify(project)).stdout).toMatch(/^2500 entries from /);
    byHand(project, (db) => db.exec(`update audit set json = replace(json, '"allow"', '"deny"') where seq = 2345`));
    expect((await verify(project)).stderr).toContain('Entry 2345 of the audit log is not as it was written (digest)');
    byHand(project, (db) => db.exec(`update audit set json = '' where seq = 2222`));
    expect((await verify(project)).stderr).toContain(
      'Entry 2222 of the audit log is not as it was written (digest): it can not',
    );
  });
});
