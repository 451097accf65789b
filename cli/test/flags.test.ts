import { closeSync, mkdirSync, openSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { textOf } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { createProject, follow, lastSession, type Project, resultsOf, resultOf, root } from './project.js';

/** What the model was asked in the last session. */
const promptOf = async (project: Project) => {
  const { messages } = await lastSession(project);
  return textOf(messages.findLast(({ role }) => role === 'user')?.parts ?? []);
};
const usage = (reason: string, fix: string) => ({
  code: 2,
  stdout: '',
  stderr: `RUSTIC_USAGE: ${reason}\nFix: ${fix}\nMore: rustic explain RUSTIC_USAGE\n`,
});
const hi = [{ say: 'Hi.' }];

describe('the prompt', () => {
  it('is followed by what is piped in', async () => {
    const project = await createProject({ turns: hi, locked: true });
    expect(await project.piped('one\ntwo\n', 'run', 'count', 'these')).toMatchObject({ code: 0, stdout: 'Hi.\n' });
    expect(await promptOf(project)).toBe('count these\n\none\ntwo');
    expect(await project.piped('\n', 'run', 'nothing came')).toMatchObject({ code: 0 });
    expect(await promptOf(project)).toBe('nothing came');
  });

  it('is followed by the file that standard input is', async () => {
    const project = await createProject({ turns: hi, locked: true });
    project.write('data.csv', 'a;b\n1;2\n');
    const input = openSync(join(project.folder, 'data.csv'), 'r');
    const command = [join(root, 'cli/bin/rustic.js'), 'run', 'sum up'];
    const options = { cwd: project.folder, env: project.env, stdio: [input, 'pipe', 'pipe'] as const };
    expect(
      await follow(spawn(process.execPath, command, { ...options, stdio: [...options.stdio] })).ended,
    ).toMatchObject({ code: 0, stdout: 'Hi.\n' });
    closeSync(input);
    expect(await promptOf(project)).toBe('sum up\n\na;b\n1;2');
  });

  it('does not wait for a pipe that nobody writes to, nor for /dev/null', async () => {
    const project = await createProject({ turns: hi, locked: true });
    const open = project.start(['run', 'hello']);
    expect(await open.ended).toMatchObject({ code: 0, stdout: 'Hi.\n' });
    open.child.stdin?.end();
    const command = [join(root, 'cli/bin/rustic.js'), 'run', 'hello'];
    const ignored = spawn(process.execPath, command, {
      cwd: project.folder,
      env: project.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(await follow(ignored).ended).toMatchObject({ code: 0, stdout: 'Hi.\n' });
    expect(await promptOf(project)).toBe('hello');
  });

  it('alone is what is piped in', async () => {
    const project = await createProject({ turns: hi, locked: true });
    expect(await project.piped('  from a pipe\n', 'run', '-p')).toMatchObject({ code: 0, stdout: 'Hi.\n' });
    expect(await promptOf(project)).toBe('from a pipe');
  });

  it('has the files it names with @ below it, once each', async () => {
    const project = await createProject({ turns: hi, locked: true });
    project.write('notes.txt', 'first line\nsecond line\n');
    project.write('src/a.ts', 'export {};\n');
    const run = (...args: string[]) => project.piped('', 'run', ...args);
    expect(await run('what says @notes.txt about @src/a.ts?')).toMatchObject({ code: 0 });
    const files = '--- notes.txt ---\nfirst line\nsecond line';
    expect(await promptOf(project)).toBe(
      `what says @notes.txt about @src/a.ts?\n\n${files}\n\n--- src/a.ts ---\nexport {};`,
    );
    expect(await run('review', '@notes.txt', '@notes.txt')).toMatchObject({ code: 0 });
    expect(await promptOf(project)).toBe(`review @notes.txt @notes.txt\n\n${files}`);
    expect(await project.piped('piped', 'run', '@notes.txt')).toMatchObject({ code: 0 });
    expect(await promptOf(project)).toBe(`@notes.txt\n\n${files}\n\npiped`);
    const path = join(project.folder, 'notes.txt');
    const elsewhere = project.start(['run', '-C', project.folder, `@${path}`, '@src/a.ts'], { cwd: project.home });
    elsewhere.child.stdin?.end();
    expect(await elsewhere.ended).toMatchObject({ code: 0 });
    expect(await promptOf(project)).toContain(`--- ${path} ---\nfirst line\nsecond line\n\n--- src/a.ts ---`);
  });

  it('keeps words with @ that name no file', async () => {
    const project = await createProject({ turns: hi, locked: true });
    mkdirSync(join(project.folder, 'folder'));
    const words = 'mail me@example.org about @missing.txt, @folder and @types/node';
    expect(await project.rustic('run', words)).toMatchObject({ code: 0, stdout: 'Hi.\n' });
    expect(await promptOf(project)).toBe(words);
  });

  it('refuses files and input that are too large', async () => {
    const project = await createProject({ turns: hi, locked: true });
    const large = 'x'.repeat(1_000_001);
    project.write('large.txt', large);
    const fix = 'Name the file in the prompt; the agent can read it in parts.';
    expect(await project.rustic('run', 'see @large.txt')).toEqual(usage('large.txt has over 1000000 bytes.', fix));
    const input = usage('standard input has over 1000000 bytes.', fix);
    expect(await project.piped(large, 'run', 'see')).toEqual(input);
    expect(await project.piped(large, 'run')).toEqual(input);
    expect(await project.piped(large.slice(1), 'run', 'see')).toMatchObject({ code: 0 });
    expect((await promptOf(project)).length).toBe(1_000_005);
  });

  it('is taken for one shot with -p, also on a terminal', async () => {
    const project = await createProject({ turns: hi, locked: true });
    const missing = project.terminal('run', '-p');
    await missing.seen('There is no prompt.');
    expect(await missing.ended).toMatchObject({ code: 2 });
    expect(await project.terminal('run', '-p', 'hello').ended).toMatchObject({ code: 0 });
    expect(await project.rustic('run', '--print', 'hello')).toMatchObject({ code: 0, stdout: 'Hi.\n' });
  });
});

/** Which calls of the last run were done, and why the others were not. */
async function outcomes(project: Project, ...args: string[]) {
  const { code, stdout } = await project.rustic('run', 'go', '--json', ...args);
  const { permissionDenials } = resultOf(stdout);
  const results = await resultsOf(project);
  const denials = results.filter(({ error }) => error?.code.startsWith('RUSTIC_PERMISSION')).length;
  expect({ code, denials: permissionDenials.length }).toEqual({ code: 0, denials });
  return Object.fromEntries(results.map(({ id, error }) => [id, error?.details?.['by'] ?? error?.code ?? 'done']));
}
const calls = [
  { tool: 'fs_read', id: 'read', input: { path: 'a.txt' } },
  { tool: 'fs_edit', id: 'edit', input: { path: 'a.txt', old: 'one', new: 'two' } },
  { tool: 'fs_write', id: 'write', input: { path: 'b.txt', content: 'b' } },
  { tool: 'fs_write', id: 'secret', input: { path: 'keys/b.txt', content: 'b' } },
  { tool: 'fs_write', id: 'protected', input: { path: '.npmrc', content: 'b' } },
  { tool: 'shell_run', id: 'command', input: { command: 'echo hi > c.txt' } },
];
const working = async (answers?: readonly object[]) => {
  const rules = [{ effect: 'deny', action: 'fs.write', match: 'keys/**', reason: 'Not the keys.' }];
  const turns = [{ calls }, { say: 'That was it.' }];
  const project = await createProject({ turns, rules, locked: true, ...(answers && { answers }) });
  project.write('a.txt', 'one\n');
  return project;
};
const there = (project: Project) =>
  ['b.txt', 'keys/b.txt', '.npmrc', 'c.txt'].filter((path) => {
    try {
      return project.read(path) !== '';
    } catch {
      return false;
    }
  });

describe('--permission-mode', () => {
  const yes = [{ answer: 'once' }];

  it('ask puts every question to who answers, and no answer allows what a rule denies', async () => {
    const project = await working(yes);
    const all = { read: 'done', edit: 'done', write: 'done', secret: 'rule', protected: 'done', command: 'done' };
    expect(await outcomes(project, '--permission-mode', 'ask')).toEqual(all);
    expect(there(project)).toEqual(['b.txt', '.npmrc', 'c.txt']);
  });

  it('plan denies writes and commands whatever would be answered', async () => {
    const project = await working(yes);
    expect(await outcomes(project, '--permission-mode', 'plan')).toEqual({
      ...{ read: 'done', edit: 'rule', write: 'rule', secret: 'rule', protected: 'rule', command: 'rule' },
    });
    expect(there(project)).toEqual([]);
    expect(project.read('a.txt')).toBe('one\n');
    const [, edit] = await resultsOf(project);
    expect(edit?.error?.message).toContain('The permission mode is "plan": nothing but reading.');
    const allowed = ['--permission-mode', 'plan', '--allow', 'exec **', '--allow', 'fs.write **'];
    expect(await outcomes(project, ...allowed)).toMatchObject({ edit: 'rule', command: 'rule' });
  });

  it('accept-edits edits files without a question, but neither what is denied nor what is protected', async () => {
    const project = await working();
    expect(await outcomes(project, '--permission-mode', 'accept-edits')).toEqual({
      ...{ read: 'done', edit: 'done', write: 'done', secret: 'rule', protected: 'policy', command: 'policy' },
    });
    expect(there(project)).toEqual(['b.txt']);
    expect(project.read('a.txt')).toBe('two\n');
  });

  it('accept-edits asks about a protected file, and never reaches one outside', async () => {
    const outside = join((await createProject()).folder, 'outside.txt');
    const turns = [
      { calls: [...calls.slice(4, 5), { tool: 'fs_write', id: 'outside', input: { path: outside, content: 'x' } }] },
      { say: 'Done.' },
    ];
    const answers = [{ name: 'fs_write', resource: '*/.npmrc', answer: 'once' }];
    const project = await createProject({ turns, answers, locked: true });
    expect(await outcomes(project, '--permission-mode', 'accept-edits')).toEqual({
      protected: 'done',
      outside: 'RUSTIC_PERMISSION_CEILING',
    });
  });

  it('deny refuses everything that would be asked, also when the composition has answers', async () => {
    const project = await working(yes);
    expect(await outcomes(project, '--permission-mode', 'deny')).toEqual({
      ...{ read: 'done', edit: 'policy', write: 'policy', secret: 'rule', protected: 'policy', command: 'policy' },
    });
    expect(there(project)).toEqual([]);
  });

  it('is deny where nobody can be asked', async () => {
    const project = await working();
    expect(await outcomes(project)).toMatchObject({ read: 'done', edit: 'policy', command: 'policy' });
    expect(await outcomes(project, '--permission-mode', 'ask')).toMatchObject({ edit: 'policy' });
  });
});

describe('--allow and --deny', () => {
  const commands = ['git status', 'git status -s', 'echo hi'].map((command, index) => ({
    tool: 'shell_run',
    id: `c${index}`,
    input: { command },
  }));
  const project = () => createProject({ turns: [{ calls: commands }, { say: 'Done.' }], locked: true });

  it('add rules for this run only', async () => {
    const one = await project();
    const before = one.read('rustic.lock');
    const ran = await outcomes(one, '--allow', 'exec echo *', '--allow', 'exec git status');
    expect(ran).toEqual({ c0: 'RUSTIC_EXEC_EXIT', c1: 'policy', c2: 'done' });
    expect(await outcomes(one)).toEqual({ c0: 'policy', c1: 'policy', c2: 'policy' });
    expect(one.read('rustic.lock')).toBe(before);
  });

  it('deny more than is allowed, whichever comes first', async () => {
    const args = ['--deny', 'exec git **', '--allow', 'exec **'];
    expect(await outcomes(await project(), ...args)).toEqual({ c0: 'rule', c1: 'rule', c2: 'done' });
    const tool = await outcomes(await project(), '--deny', 'tool shell_run', '--allow', 'exec **');
    expect(tool).toEqual({ c0: 'rule', c1: 'rule', c2: 'rule' });
  });

  it.each([
    ['--allow', 'exec', '--allow "exec" is no rule.', "Write the action and the pattern: --allow 'exec git status'"],
    ['--deny', '', '--deny "" is no rule.', "Write the action and the pattern: --deny 'exec git status'"],
  ])('%s %j is refused', async (flag, rule, reason, fix) => {
    expect(await (await project()).rustic('run', 'go', flag, rule)).toEqual(usage(reason, fix));
  });

  it('refuse an action that does not exist, and say which do', async () => {
    const { code, stdout, stderr } = await (await project()).rustic('run', 'go', '--allow', 'exce git status');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^RUSTIC_USAGE: .*"action" must be one of .*exec.*\nFix: Correct --allow or --deny\.\n/);
  });
});

describe('--max-turns', () => {
  const turns = [
    { say: 'I look.', calls: [{ tool: 'fs_list' }] },
    { say: 'I saw it.', calls: [{ tool: 'fs_list' }] },
  ];

  it('ends a run that is not done by then with 6', async () => {
    const project = await createProject({ turns: [...turns, { say: 'Done.' }], locked: true });
    const { code, stdout } = await project.rustic('run', 'go', '--json', '--max-turns', '1');
    expect(code).toBe(6);
    expect(resultOf(stdout)).toMatchObject({
      status: 'failed',
      exitCode: 6,
      errors: [{ code: 'RUSTIC_LIMIT_STEPS', details: { limit: 1 } }],
    });
    expect(await resultsOf(project)).toHaveLength(1);
    const text = await project.rustic('run', 'go', '--max-turns', '1');
    expect(text).toMatchObject({ code: 6, stderr: expect.stringContaining('RUSTIC_LIMIT_STEPS') });
    expect(await project.rustic('run', 'go', '--max-turns', '3')).toMatchObject({ code: 0, stdout: 'Done.\n' });
  });

  it('is no limit for a run that is done before', async () => {
    const project = await createProject({ turns: hi, locked: true });
    expect(await project.rustic('run', 'go', '--max-turns', '1')).toMatchObject({ code: 0, stdout: 'Hi.\n' });
  });
});

describe('a value that an option does not take', () => {
  const whole = 'It must be a whole number from 1.';
  const time = 'It must be a number above 0, at most 2147483.';
  it.each([
    ['--max-turns', '0', whole],
    ['--max-turns', '-1', whole],
    ['--max-turns', '1.5', whole],
    ['--max-turns', 'many', whole],
    ['--max-turns', '', whole],
    ['--time-limit', '0', time],
    ['--time-limit', '-5', time],
    ['--time-limit', 'soon', time],
    ['--time-limit', 'Infinity', time],
    ['--time-limit', '9999999', time],
    ['--permission-mode', 'yolo', 'Allowed choices are ask, plan, accept-edits, deny.'],
    ['--output-format', 'xml', 'Allowed choices are text, json, stream-json.'],
  ])('is refused: %s %s', async (flag, value, reason) => {
    const project = await createProject({ turns: hi });
    const { code, stdout, stderr } = await project.rustic('run', 'hi', `${flag}=${value}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`RUSTIC_USAGE: Option '${flag} <`);
    expect(stderr).toContain(`argument '${value}' is invalid. ${reason}\nFix: Run: rustic --help\n`);
  });
});
