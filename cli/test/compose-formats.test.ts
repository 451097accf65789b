import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { authored } from './compose.js';
import { begun, goes, stateOf, tool } from './compose-plugins.js';

const texts = {
  'rustic.yaml': 'plugins:\n  - "@acme/rustic-plugin-base" # the first\n',
  'rustic.toml': 'plugins = [\n  "@acme/rustic-plugin-base", # the first\n]\n',
};
type File = keyof typeof texts;
const files = Object.keys(texts) as File[];
const open = async (file: File) => {
  const project = await begun();
  rmSync(join(project.folder, 'rustic.json'));
  project.write(file, texts[file]);
  expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0, stderr: '' });
  return project;
};
type Project = Awaited<ReturnType<typeof open>>;
/** What a command shows that leaves the edit to a person, once it is known that it changed nothing. */
const shown = async (project: Project, file: File, ...args: string[]) => {
  const before = { ...stateOf(project), text: project.read(file) };
  const { code, stdout, stderr } = await project.rustic(...args);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect({ ...stateOf(project), text: project.read(file) }).toEqual(before);
  const found =
    /RUSTIC_CONFIG_BY_HAND: [^]*What it takes:\n(?<diff>[^]*)\nFix: Apply that by hand, then run: (?<next>.*)/;
  const { diff = '', next = '' } = found.exec(stderr)?.groups ?? {};
  return { diff, next };
};
/** Runs the commands of a fix as a shell would. */
const follow = async (project: Project, next: string) => {
  for (const command of next.split(' && ')) {
    const [program = '', ...args] = command.split(' ');
    if (program === 'rustic') expect(await project.rustic(...args, '--accept')).toMatchObject({ code: 0 });
    else await promisify(execFile)(program, args, { cwd: project.folder, env: project.env });
  }
};

describe('a composition that commands do not write', () => {
  it.each(files)('%s is shown what add and remove take; applied, the fix makes it hold', async (file) => {
    const project = await open(file);
    const item = file === 'rustic.yaml' ? '  - rustic-plugin-one' : '  "rustic-plugin-one",';
    const adding = await shown(project, file, 'add', 'rustic-plugin-one', '--yes');
    expect(adding.diff.split('\n').filter((line) => /^ *[+-] /.test(line) && line.includes('+'))).toEqual([
      `  + ${item}`,
    ]);
    expect(adding.next).toMatch(/^npm install --ignore-scripts .* rustic-plugin-one@\^1\.0\.0 && rustic lock$/);
    project.write(file, texts[file].replace(/(.*first\n)/, `$1${item}\n`));
    await follow(project, adding.next);
    const both = await project.rustic('list');
    expect(both).toMatchObject({ code: 0, stdout: expect.stringContaining('one@1.0.0') });
    const removing = await shown(project, file, 'remove', 'one');
    expect(removing.diff.split('\n').filter((line) => line.startsWith('  - '))).toEqual([`  - ${item}`]);
    expect(removing.next).toMatch(/^npm uninstall --ignore-scripts .* rustic-plugin-one && rustic lock$/);
    project.write(file, texts[file]);
    await follow(project, removing.next);
    expect((await project.rustic('list')).stdout).not.toContain('one@1.0.0');
  });

  it.each(files)('%s is shown what a plugin in a folder takes, as the folder is called from there', async (file) => {
    const project = await open(file);
    authored(join(project.folder, 'mine'), { name: 'mine', manifest: tool('mine'), code: goes('mine_go') });
    const { diff, next } = await shown(project, file, 'add', './mine', '--yes');
    expect(diff).toContain(file === 'rustic.yaml' ? '  +   - ./mine' : '  +   "./mine",');
    expect(next).toBe('rustic lock');
  });

  it.each(files)('%s is tried, looked into and upgraded like any other', async (file) => {
    const project = await open(file);
    const dry = await project.rustic('add', 'rustic-plugin-one', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining(`${file}\n`) });
    expect(dry.stdout).toContain('Nothing was changed: that is all it would do.\n');
    expect(await project.rustic('upgrade')).toMatchObject({ code: 0, stdout: 'Every plugin is the latest.\n' });
    expect(await project.rustic('why', 'base')).toMatchObject({ code: 0 });
    expect(project.read(file)).toBe(texts[file]);
  });

  it('refuses before it shows anything what no composition may have', async () => {
    const project = await open('rustic.yaml');
    const clash = await project.rustic('add', 'rustic-plugin-clash', '--yes');
    expect(clash).toMatchObject({ code: 3, stderr: expect.not.stringContaining('RUSTIC_CONFIG_BY_HAND') });
    mkdirSync(join(project.folder, 'empty'));
    expect(await project.rustic('remove', 'nobody')).toMatchObject({ code: 2 });
  });
});
