import { beforeAll, describe, expect, it } from 'vitest';
import { createProject, lastSession, type Project } from './project.js';

const turns = [
  { when: 'first', say: 'One.' },
  { when: 'second', say: 'Two.' },
  { when: 'write', calls: [{ tool: 'fs_write', input: { path: 'a.txt', content: 'a' } }] },
  { when: 'write', say: 'I was not allowed to.' },
];
const ids = async (project: Project, ...more: string[]) => {
  const { stdout } = await project.rustic('session', 'list', '--json', ...more);
  return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
};
const texts = async (project: Project) => {
  const { messages } = await lastSession(project);
  return messages.flatMap(({ parts }) => parts).map((part) => ('text' in part ? part.text : part.type));
};

describe('a folder without sessions', () => {
  it('says so', async () => {
    const project = await createProject({ turns, locked: true });
    const [list, json, show, go] = await Promise.all([
      project.rustic('session', 'list'),
      project.rustic('session', 'list', '--json'),
      project.rustic('session', 'show'),
      project.rustic('run', '-c', 'first'),
    ]);
    expect(list).toEqual({ code: 0, stdout: '', stderr: 'There are no sessions here yet.\n' });
    expect(json).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect(show).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^RUSTIC_USAGE: There are no s/) });
    expect(go).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^RUSTIC_USAGE: There is no sess/) });
  });
});

describe('a session that is on disk', () => {
  let project: Project;
  let id: string;
  beforeAll(async () => {
    project = await createProject({ turns, locked: true });
    await project.rustic('run', 'the first');
    [id = ''] = await ids(project);
  });

  it('is listed and shown by later processes', async () => {
    const list = await project.rustic('session', 'list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(new RegExp(String.raw`^${id}  \d{4}-\d\d-\d\d \d\d:\d\d     2  the first\n$`));
    const show = await project.rustic('session', 'show');
    expect(show).toMatchObject({ code: 0, stderr: '' });
    const head = String.raw`^${id}  \d{4}-\d\d-\d\dT[\d:.]+Z  agent main\nthe first\n\n`;
    expect(show.stdout).toMatch(new RegExp(String.raw`${head}1 user: the first\n2 assistant: One\.\n$`));
    const { session, entries } = await lastSession(project);
    expect(session).toMatchObject({ id, agent: 'main', title: 'the first', project: project.folder, entries: 2 });
    expect(entries.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'message'],
      [2, 'message'],
    ]);
  });

  it('is found by the beginning of its id', async () => {
    const { code, stdout } = await project.rustic('session', 'show', id.slice(0, -4));
    expect({ code, first: stdout.split(' ')[0] }).toEqual({ code: 0, first: id });
  });

  it('goes on with -c, with -r and with session resume', async () => {
    expect(await project.rustic('run', '-c', 'the second')).toMatchObject({ code: 0, stdout: 'Two.\n' });
    expect(await project.rustic('run', '-r', id.slice(0, -2), 'first again')).toMatchObject({ stdout: 'One.\n' });
    expect(await project.rustic('session', 'resume', id, 'second again')).toMatchObject({ stdout: 'Two.\n' });
    expect(await ids(project)).toEqual([id]);
    expect(await texts(project)).toEqual([
      ...['the first', 'One.', 'the second', 'Two.'],
      ...['first again', 'One.', 'second again', 'Two.'],
    ]);
  });

  it('refuses an id that is unknown or fits several, and loses nothing', async () => {
    const before = await texts(project);
    expect(await project.rustic('session', 'show', 'nope')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'RUSTIC_SESSION_UNKNOWN: There is no session "nope".\nFix: Run: rustic session list\n' +
        'More: rustic explain RUSTIC_SESSION_UNKNOWN\n',
    });
    expect(await project.rustic('run', '-r', 'nope', 'the first')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('(RUSTIC_SESSION_UNKNOWN)'),
    });
    expect(await texts(project)).toEqual(before);
    await project.rustic('run', 'another first');
    const both = await ids(project);
    expect(both).toHaveLength(2);
    const ambiguous = await project.rustic('session', 'show', '2');
    expect(ambiguous).toMatchObject({ code: 1, stdout: '' });
    expect(ambiguous.stderr).toMatch(/^RUSTIC_SESSION_PREFIX: Several sessions begin with "2": /);
    for (const each of both) expect(ambiguous.stderr).toContain(each);
  });

  it('belongs to its folder; --all lists those of every folder', async () => {
    expect(await ids(project, '-C', project.home, '--config', `${project.folder}/rustic.json`)).toEqual([]);
    const all = await ids(project, '-C', project.home, '--config', `${project.folder}/rustic.json`, '--all');
    expect(all).toContain(id);
  });
});

describe('session show', () => {
  it('names the code of a refusal once', async () => {
    const project = await createProject({ turns, locked: true });
    expect(await project.rustic('run', 'write it')).toMatchObject({ code: 0, stdout: 'I was not allowed to.\n' });
    const { stdout } = await project.rustic('session', 'show');
    expect(stdout).toContain(
      '5 tool: refused or failed, RUSTIC_PERMISSION_DENIED: Denied by policy, not by the tool. Permission',
    );
    expect(stdout.match(/RUSTIC_PERMISSION_DENIED/g)).toHaveLength(1);
  });

  it('shows control characters instead of sending them', async () => {
    const project = await createProject({ turns: [{ say: 'clear \u001b[2J all \u202e' }], locked: true });
    expect(await project.rustic('run', 'hi')).toMatchObject({ stdout: String.raw`clear ^[[2J all \u{202e}` + '\n' });
    const { stdout } = await project.rustic('session', 'show');
    expect(stdout).toContain(String.raw`2 assistant: clear ^[[2J all \u{202e}` + '\n');
  });
});
