import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, follow, lastSession, type Project, resultOf, root } from './project.js';

const bin = join(root, 'cli/bin/rustic.js');
const looking = [{ say: 'I look.', calls: [{ tool: 'fs_list', id: 'list' }] }, { say: 'Grüße aus Łódź 🦀' }];

/** Runs a command line of `sh` in the folder of a project, with these variables and no others. */
const shell = (project: Project, script: string, env: NodeJS.ProcessEnv) =>
  follow(
    spawn('sh', ['-c', script], {
      cwd: project.folder,
      env: { PATH: process.env.PATH, NODE: process.execPath, BIN: bin, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  ).ended;
const rustic = '"$NODE" "$BIN"';

describe('an environment that says little', () => {
  it('is enough: nothing but PATH and where its files are', async () => {
    const project = await createProject({ turns: looking, locked: true });
    const { RUSTIC_HOME } = project.env;
    const ran = await shell(project, `${rustic} run look`, { RUSTIC_HOME });
    expect(ran).toMatchObject({ code: 0, stdout: 'Grüße aus Łódź 🦀\n' });
  });

  it.each(['C', 'POSIX', ''])('with LANG=%s gives the same answer', async (LANG) => {
    const project = await createProject({ turns: looking, locked: true });
    const { RUSTIC_HOME } = project.env;
    const ran = await shell(project, `${rustic} run look --json`, { RUSTIC_HOME, LANG, LC_ALL: LANG });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(resultOf(ran.stdout).result).toBe('Grüße aus Łódź 🦀');
  });
});

describe('a user without a home', () => {
  /** As nobody the system knows, in a namespace of users of its own. */
  const stranger = 'bwrap --dev-bind / / --unshare-user --uid 54321 --gid 54321 --';

  it('is told what to do about it, and can still ask for help', async () => {
    const project = await createProject({ turns: looking });
    const ran = await shell(project, `${stranger} ${rustic} session list`, {});
    expect(ran).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'RUSTIC_CONFIG_HOME: There is no home folder: HOME is not set, and the system knows none of this user.\n' +
        'Fix: Set it to a folder you can write to: export HOME=/tmp/home\n' +
        'More: rustic explain RUSTIC_CONFIG_HOME\n',
    });
    for (const words of ['--version', '--help', 'run --help', 'explain RUSTIC_CONFIG_HOME'])
      expect(await shell(project, `${stranger} ${rustic} ${words}`, {}), words).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a home that can not be written to', () => {
  const sealed = (project: Project) => `bwrap --dev-bind / / --ro-bind '${project.home}' '${project.home}' --`;

  it('fails a run with an error that names the place, and nothing else', async () => {
    const project = await createProject({ composition: false });
    const ran = await shell(project, `${sealed(project)} ${rustic} run hi`, { HOME: project.home });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/\(RUSTIC_STORAGE_READ_ONLY\)$/m);
    expect(ran.stderr).toContain(
      `The database ${join(project.home, '.local/share/rustic-ai/rustic.db')} can not be written`,
    );
    expect(ran.stderr).toContain('Fix: Give this user the right to write the file and its folder');
    expect(ran.stderr).not.toMatch(/^ {4}at /m);
  });

  it('does not keep a run from working whose data are elsewhere', async () => {
    const project = await createProject({ composition: false });
    const elsewhere = join(project.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const env = { HOME: project.home, XDG_DATA_HOME: elsewhere };
    const ran = await shell(project, `${sealed(project)} ${rustic} run hi`, env);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('demonstration model') });
    for (const words of ['list', 'prove --json', 'config show', 'completion bash', 'doctor'])
      expect(await shell(project, `${sealed(project)} ${rustic} ${words}`, env), words).toMatchObject({ stderr: '' });
  });
});

describe('a folder with blanks, quotes and signs in its name', () => {
  it('is a folder like any other', async () => {
    const folder = `my 'own' "work" 🦀 ünïcode $HOME`;
    const turns = [
      { calls: [{ tool: 'fs_write', id: 'w', input: { path: 'new file.txt', content: 'x' } }] },
      { calls: [{ tool: 'shell_run', id: 's', input: { command: 'cat "new file.txt"' } }] },
      { say: 'The file says {{s /(.+)/}}.' },
    ];
    const answers = [{ answer: 'once' }];
    const project = await createProject({ folder, turns, answers, locked: true });
    expect(await project.rustic('run', 'write')).toMatchObject({ code: 0, stdout: 'The file says x.\n' });
    expect(project.read('new file.txt')).toBe('x');
    expect((await lastSession(project)).session.project).toBe(project.folder);
    expect(await project.rustic('session', 'undo')).toMatchObject({ code: 0 });
    expect(await project.rustic('config', 'set', 'plugins.agent-loop.maxSteps', '9')).toMatchObject({ code: 0 });
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
    const away = project.start(['run', '-C', project.folder, 'write'], { cwd: project.home });
    away.child.stdin?.end();
    expect(await away.ended).toMatchObject({ code: 0 });
  });
});

describe('help on a terminal', () => {
  const help = async (columns: number, words = '--help') => {
    const project = await createProject({ composition: false });
    const command = `stty cols ${columns} rows 50; ${rustic} ${words}`;
    const ran = await shell(project, `script -qfec '${command}' /dev/null`, { HOME: project.home, SHELL: '/bin/sh' });
    expect(ran.code).toBe(0);
    return ran.stdout.replaceAll('\r', '').split('\n');
  };
  const widest = (lines: readonly string[]) => Math.max(...lines.map((line) => line.length));

  it('of 40 columns breaks its lines there, and says the same', async () => {
    const [narrow, wide] = [await help(40), await help(200)];
    const examples = narrow.indexOf('Examples:');
    expect(widest(narrow.slice(0, examples))).toBeLessThanOrEqual(40);
    expect(narrow.join(' ').replaceAll(/\s+/g, ' ')).toBe(wide.join(' ').replaceAll(/\s+/g, ' '));
  });

  it('of 200 columns breaks none', async () => {
    const lines = await help(200);
    expect(widest(lines)).toBeGreaterThan(100);
    expect(lines.filter((line) => /^ {10,}\S/.test(line))).toEqual([]);
  });

  it.each([undefined, 80, 119, 120, 200])('of %s columns is that of the table', async (columns) => {
    // With the flag twice nothing is there that was made before.
    const [built, made] = columns
      ? [await help(columns), await help(columns, '--help --help')]
      : await Promise.all(
          ['--help', '--help --help'].map(async (words) => {
            const project = await createProject({ composition: false });
            return (await shell(project, `${rustic} ${words}`, { HOME: project.home })).stdout.split('\n');
          }),
        );
    expect(built).toEqual(made);
  });
});
