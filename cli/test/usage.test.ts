import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, root } from './project.js';

const usage = (reason: string, fix: string) => ({
  code: 2,
  stdout: '',
  stderr: `RUSTIC_USAGE: ${reason}\nFix: ${fix}\nMore: rustic explain RUSTIC_USAGE\n`,
});
const { version } = JSON.parse(readFileSync(`${root}/cli/package.json`, 'utf8')) as { version: string };

describe('a command line that is wrong', () => {
  it.each([
    [['runn', 'hi'], "Unknown command 'runn'.", 'Did you mean run?'],
    [['zzzzzz'], "Unknown command 'zzzzzz'.", 'Run: rustic --help'],
    [['session', 'lst'], "Unknown command 'lst'.", 'Did you mean list?'],
    [['run', '--modle', 'x'], "Unknown option '--modle'.", 'Did you mean --model?'],
    [['run', '--model'], "Option '--model <name>' argument missing.", 'Run: rustic --help'],
    [['list', 'more'], "Too many arguments for 'list'. Expected 0 arguments but got 1: more.", 'Run: rustic --help'],
    [['explain'], "Missing required argument 'code'.", 'Run: rustic --help'],
    [
      ['run', '--permission-mode', 'pln', 'hi'],
      "Option '--permission-mode <mode>' argument 'pln' is invalid. Allowed choices are ask, plan, accept-edits, deny.",
      'Did you mean "plan"?',
    ],
    [
      ['completion', 'tcl'],
      "Command-argument value 'tcl' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.",
      'Run: rustic --help',
    ],
    [['run'], 'There is no prompt.', 'Run: rustic run "what to do"'],
    [['run', '-C', 'rustic.json', 'hi'], 'rustic.json is no folder.', 'Name a folder.'],
  ])('%j', async (args, reason, fix) => {
    const project = await createProject();
    expect(await project.rustic(...args)).toEqual(usage(reason, fix));
  });

  it('lacks a command after a group', async () => {
    const { code, stdout, stderr } = await (await createProject()).rustic('session');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('RUSTIC_USAGE: A command is missing.\n');
  });
});

/** The commands below the heading, by name. */
const commandsIn = (help: string) =>
  [...(help.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z]+)/gm)].map(
    ([, name]) => name ?? '',
  );

describe('help', () => {
  it('lists exactly the commands that exist, and each of them has help', async () => {
    const project = await createProject({ composition: false });
    const help = await project.rustic('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(await project.rustic()).toEqual(help);
    const commands = commandsIn(help.stdout);
    expect(commands).toEqual([
      ...[
        'run',
        'session',
        'init',
        'add',
        'remove',
        'info',
        'why',
        'graph',
        'outdated',
        'upgrade',
        'search',
        'try',
        'build',
        'lock',
        'trust',
        'list',
        'models',
        'tools',
        'permissions',
        'hooks',
        'trace',
        'auth',
        'storage',
        'prove',
        'doctor',
        'explain',
        'plugin',
        'config',
        'completion',
      ],
    ]);
    const groups: Record<string, readonly string[]> = {
      auth: ['add', 'list', 'remove'],
      session: [
        'list',
        'show',
        'resume',
        'search',
        'fork',
        'tag',
        'diff',
        'undo',
        'export',
        'import',
        'delete',
        'prune',
        'stats',
      ],
      storage: ['check', 'backup', 'restore', 'vacuum', 'migrate', 'copy'],
      tools: ['list', 'stats'],
      plugin: ['check', 'bundle', 'pack', 'dev', 'docs'],
      config: ['show', 'get', 'set', 'unset', 'check', 'init', 'migrate', 'schema'],
      permissions: ['list', 'revoke', 'explain', 'test', 'verify'],
    };
    for (const command of commands) {
      const own = await project.rustic(command, '--help');
      expect(own).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: rustic /) });
      const below = commandsIn(own.stdout);
      expect(below).toEqual(groups[command] ?? []);
      for (const name of below)
        expect(await project.rustic(command, name, '--help')).toMatchObject({ code: 0, stderr: '' });
    }
    expect(await project.rustic('help')).toMatchObject({ code: 2 });
  });

  it.each(['--version', '-V'])('is not needed for %s', async (flag) => {
    const project = await createProject({ composition: false });
    expect(await project.rustic(flag)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('an old Node', () => {
  it.each(['cli/bin/rustic.js', 'create-rustic-plugin/bin/create-rustic-plugin.js'])(
    'is told what to do by %s, before anything is imported',
    (bin) => {
      const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})';
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', old, join(root, bin), '--version']);
      expect({ status, stdout: String(stdout) }).toEqual({ status: 3, stdout: '' });
      expect(String(stderr)).toMatch(/^RUSTIC_NODE_VERSION: .* needs Node 22\.19 or later; this is Node 20\.1\.0\.\n/);
      expect(String(stderr)).toContain('Fix: ');
    },
  );
});
