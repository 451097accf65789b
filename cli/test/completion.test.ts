import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compositionOf, createProject, follow, lastSession, type Project, root, temporaryFolder } from './project.js';

/** Contributes values of every kind, and can't be imported. */
const acme = {
  name: 'acme',
  manifest: {
    apiVersion: 1,
    id: 'acme',
    contributes: {
      model: { 'acme/one:free': { summary: 'Costs nothing' }, 'acme/two': { summary: 'Costs\nmore' } },
      tool: { acme_tool: { summary: 'Needs nothing', baskets: ['acme/tools/small'] } },
      agent: { 'acme-agent': { summary: 'Does it' } },
    },
  },
  code: 'throw new Error("imported");',
};
const open = () => createProject({ written: [acme], locked: true });

/** What is offered for the last word. */
async function offered(project: Project, ...words: string[]) {
  const { code, stdout, stderr } = await project.rustic('__complete', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0]);
}

describe('what is offered', () => {
  it.each([
    [['mod'], ['models']],
    [
      ['chat', '--outp'],
      ['--output-format', '--output-schema'],
    ],
    [['session', 'exp'], ['export']],
    [
      ['session', 'export', '--format', 'js'],
      ['json', 'jsonl'],
    ],
    [
      ['session', 'export', '--format=js'],
      ['--format=json', '--format=jsonl'],
    ],
    [
      ['run', '--permission-mode', 'a'],
      ['ask', 'accept-edits'],
    ],
    [['explain', 'RUSTIC_LOCK_ST'], ['RUSTIC_LOCK_STALE']],
    [['hooks', 'prompt.b'], ['prompt.build']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['run', '--config', ''], [':files']],
    [['run', '--config=x'], [':files']],
    [['run', '-C', ''], [':folders']],
    [['session', 'import', ''], [':files']],
    [['run', '--', '--mod'], []],
    [['run', 'mod'], []],
    [['nothing', 'at', 'all'], []],
    [['__'], []],
  ])('after %j', async (words, found) => {
    expect(await offered(await createProject({ composition: false }), ...words)).toEqual(found);
  });

  it('is all commands at first, and all flags after a dash', async () => {
    const project = await createProject({ composition: false });
    const { stdout } = await project.rustic('--help');
    const commands = [...(stdout.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map(
      ([, name]) => name,
    );
    expect(await offered(project, '')).toEqual(commands);
    expect(await offered(project)).toEqual(commands);
    const help = (await project.rustic('session', 'stats', '--help')).stdout;
    const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag);
    expect(await offered(project, 'session', 'stats', '-')).toEqual(flags);
  });

  it('comes from the manifests in the lock, and no plugin is imported for it', async () => {
    const project = await open();
    expect(await offered(project, 'run', '--model', 'acme/')).toEqual(['acme/one:free', 'acme/two']);
    expect(await offered(project, 'run', '--agent', '')).toEqual(['main', 'acme-agent']);
    expect(await offered(project, 'permissions', 'explain', '--action', 'tool', 'acme')).toEqual(['acme_tool']);
    expect(await offered(project, 'permissions', 'explain', '--plugin', 'ac')).toEqual(['acme']);
    expect(await offered(project, 'tools', 'list', '--basket', 'acme')).toEqual([
      'acme',
      'acme/tools',
      'acme/tools/small',
    ]);
    expect(await offered(project, 'config', 'get', 'plugins.agent-loop.ma')).toEqual(['plugins.agent-loop.maxSteps']);
    expect(await offered(project, 'config', 'set', 'bind.session.')).toEqual(['bind.session.store']);
    const { stdout } = await project.rustic('__complete', 'run', '--model', 'acme/two');
    expect(stdout).toBe('acme/two\tCosts more\n');
  });

  it('is that of the folder and the composition on the command line', async () => {
    const project = await open();
    const elsewhere = { cwd: temporaryFolder() };
    const ended = project.start(['__complete', 'run', '-C', project.folder, '--model', 'acme/t'], elsewhere).ended;
    expect(await ended).toMatchObject({ stdout: 'acme/two\tCosts more\n' });
    const bare = project.start(['__complete', 'run', '--model', 'acme/t'], elsewhere).ended;
    expect(await bare).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('is nothing where there is no lock, or one that is none', async () => {
    const project = await createProject();
    expect(await offered(project, 'run', '--model', '')).toEqual([]);
    project.write('rustic.lock', '{');
    expect(await offered(project, 'run', '--model', '')).toEqual([]);
  });

  it('is a model that "models" got from its vendor', async () => {
    const project = await createProject({ locked: true });
    expect(await offered(project, 'run', '--model', '')).toEqual(['scripted/scenario']);
    expect(await project.rustic('models')).toMatchObject({ code: 0 });
    const folder = join(project.home, 'rustic/cache/models');
    const [name = ''] = readdirSync(folder);
    const kept = JSON.parse(readFileSync(join(folder, name), 'utf8')) as object[];
    writeFileSync(join(folder, name), JSON.stringify([...kept, { model: 'vendor/new', plugin: 'x', summary: 'New' }]));
    expect(await offered(project, 'run', '--model', '')).toEqual(['scripted/scenario', 'vendor/new']);
  });

  it('is nothing that a shell would read as more than a word', async () => {
    const hostile = Object.fromEntries(
      ['acme/$(id)', 'acme/a b', 'acme/`id`', 'acme/;id', 'acme/fine'].map((name) => [name, { summary: 'x\u001b[2J' }]),
    );
    const project = await createProject({ locked: true });
    expect(await project.rustic('models')).toMatchObject({ code: 0 });
    const folder = join(project.home, 'rustic/cache/models');
    const [name = ''] = readdirSync(folder);
    const rows = Object.entries(hostile).map(([model, one]) => ({ model, plugin: 'acme', ...one }));
    writeFileSync(join(folder, name), JSON.stringify(rows));
    const { stdout } = await project.rustic('__complete', 'run', '--model', 'acme/');
    expect(stdout).toBe('acme/fine\tx [2J\n');
  });
});

describe('sessions', () => {
  it('are offered as soon as they are there, the last used one first, until they are deleted', async () => {
    const project = await createProject({ locked: true, turns: [{ say: 'One.' }] });
    expect(await offered(project, 'session', 'show', '')).toEqual([]);
    expect(await project.rustic('run', 'first')).toMatchObject({ code: 0 });
    const first = (await lastSession(project)).session.id;
    expect(await project.rustic('run', 'second')).toMatchObject({ code: 0 });
    const second = (await lastSession(project)).session.id;
    for (const words of [
      ['session', 'show'],
      ['run', '--resume'],
      ['session', 'delete', 'x'],
      ['session', 'search', '--session'],
    ])
      expect(await offered(project, ...words, '')).toEqual([second, first]);
    expect(await project.rustic('session', 'delete', first, '--yes')).toMatchObject({ code: 0 });
    expect(await offered(project, 'session', 'show', '')).toEqual([second]);
    expect(await project.rustic('session', 'prune', '--keep', '1', '--yes')).toMatchObject({ code: 0 });
    const folder = join(project.home, 'rustic/cache/sessions');
    const [name = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).toContain(second);
    expect(text, 'what was said is nobody else’s').not.toContain('second');
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

const shells = {
  bash: { start: 'bash --norc --noprofile -i', setup: 'source <(rustic completion bash)' },
  zsh: { start: 'zsh -f -i', setup: 'autoload -Uz compinit && compinit -D -u && source <(rustic completion zsh)' },
  fish: { start: 'fish --no-config --interactive', setup: 'rustic completion fish | source' },
};
describe.each(Object.entries(shells))('%s', (_, { start, setup }) => {
  it('completes commands, flags and values when Tab is pressed', async () => {
    const composition = compositionOf({ turns: [{ say: 'One.' }], written: [acme] });
    const project = await createProject({ composition, written: [acme], turns: [{ say: 'One.' }], locked: true });
    const programs = join(project.home, 'bin');
    mkdirSync(programs);
    const program = join(programs, 'rustic');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'cli/bin/rustic.js')}' "$@"\n`);
    chmodSync(program, 0o755);
    project.write('cases-of-ours.json', { permissions: { rules: [] } });
    const env = { ...project.env, PATH: `${programs}:${process.env.PATH}`, TERM: 'xterm', SHELL: '/bin/sh' };
    const { child, ended, seen, type } = follow(
      spawn('script', ['-qfec', start, '/dev/null'], { cwd: project.folder, env }),
    );
    type(`${setup}\r`);
    type("echo rea''dy\r");
    await seen('ready');
    type('rustic expl\tRUSTIC_LOCK_ST\t\r');
    await seen('What happened: {input} changed after the lock was made.');
    type('rustic session stats --by mod\t --json\r');
    await seen('[]');
    type('rustic permissions explain --action mod\t acme/one:f\t --json\r');
    await seen('"resource":"acme/one:free"');
    type('rustic session export --format=m\t 00000000\r');
    await seen('RUSTIC_SESSION_UNKNOWN: ');
    type('rustic permissions test cas\t --js\t\r');
    await seen('{"ok":true,');
    type('exit\r');
    expect(await ended).toMatchObject({ code: expect.any(Number) });
    child.kill();
  });
});
