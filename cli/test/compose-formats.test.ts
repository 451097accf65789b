import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { authored, createComposer } from './compose.js';
import { begun, goes, registry, stateOf, tool } from './compose-plugins.js';
import { compositionOf, createProject } from './project.js';

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
const follow = async (project: Pick<Project, 'folder' | 'env' | 'start'>, next: string) => {
  let cwd = project.folder;
  for (const command of next.split(' && ')) {
    const [program = '', ...args] = command.split(' ');
    if (program === 'cd') cwd = args[0] ?? '';
    else if (program === 'rustic') {
      const { child, ended } = project.start([...args, '--accept'], { cwd });
      child.stdin?.end();
      expect(await ended).toMatchObject({ code: 0 });
    } else await promisify(execFile)(program, args, { cwd, env: project.env });
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

  it.each(files)('%s is named where something has to be written into it', async (file) => {
    const project = await open(file);
    const { code, stderr } = await project.rustic(
      'add',
      'rustic-plugin-left',
      'rustic-plugin-right',
      'rustic-plugin-needs',
      '--yes',
    );
    expect(code).toBe(3);
    const line = file === 'rustic.yaml' ? '"bind": { "workspace": "right" }' : 'bind = { "workspace" = "right" }';
    expect(stderr).toContain(`Fix: Write into ${file}: ${line}; rustic add takes it as --bind workspace=right\n`);
    const why = await project.rustic('why', 'base');
    expect(why.stdout).toContain(`base is there because ${file} lists @acme/rustic-plugin-base\n`);
    const write = file === 'rustic.yaml' ? `${texts[file]}${line}\n` : `${line}\n${texts[file]}`;
    project.write(file, write.replaceAll('right', 'nobody'));
    const invalid = await project.rustic('lock', '--accept');
    expect(invalid).toMatchObject({ code: 3, stderr: expect.stringContaining('RUSTIC_BIND_INVALID') });
  });

  it.each(files)('%s is tried with a plugin of a folder, and stays as it is', async (file) => {
    const turns = [{ calls: [{ tool: 'mine_go' }] }, { say: 'Done.' }];
    const project = await createProject({ turns, composition: false });
    const [[model, options], ...others] = compositionOf({ turns }).plugins as [[string, object], ...string[]];
    const rest = others.map((name) => JSON.stringify(name)).join(', ');
    const first =
      file === 'rustic.yaml'
        ? JSON.stringify({ package: model, options })
        : `{ package = "${model}", options = { scenario = "scenario.json" } }`;
    const text = file === 'rustic.yaml' ? `plugins: [${first}, ${rest}]\n` : `plugins = [${first}, ${rest}]\n`;
    project.write(file, text);
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    const lock = project.read('rustic.lock');
    authored(join(project.folder, 'mine'), { name: 'mine', manifest: tool('mine'), code: goes('mine_go') });
    const ran = await project.rustic('try', './mine', 'go', '--yes', '--output-format', 'stream-json');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('"gone"');
    expect([project.read(file), project.read('rustic.lock')]).toEqual([text, lock]);
    expect(readdirSync(project.folder).toSorted()).toEqual([
      'mine',
      'node_modules',
      'rustic.lock',
      file,
      'scenario.json',
    ]);
  });

  it.each(files)('%s of the user is shown what add -g takes, and the fix makes it hold', async (file) => {
    const project = await createComposer(registry());
    const at = join(project.home, 'rustic/config', file);
    const list = (...names: string[]) =>
      file === 'rustic.yaml'
        ? `plugins: ${JSON.stringify(names)}\n`
        : `plugins = [\n${names.map((name) => `  "${name}",\n`).join('')}]\n`;
    mkdirSync(dirname(at), { recursive: true, mode: 0o700 });
    mkdirSync(join(project.home, 'rustic/data'), { recursive: true, mode: 0o700 });
    writeFileSync(at, list());
    const { code, stderr } = await project.rustic('add', '-g', 'rustic-plugin-one', '--yes');
    expect(code).toBe(3);
    expect(stderr).toContain(`RUSTIC_CONFIG_BY_HAND: ${at} is no JSON`);
    expect(stderr).toMatch(/\+ .*rustic-plugin-one/);
    const [, next = ''] = /then run: (.*)/.exec(stderr) ?? [];
    expect(next).toMatch(/^cd \S+\/data && npm install .* rustic-plugin-one@\^1\.0\.0 && rustic lock --global$/);
    writeFileSync(at, list('rustic-plugin-one'));
    await follow(project, next);
    expect((await project.rustic('list')).stdout).toContain('one@1.0.0');
    writeFileSync(at, file === 'rustic.yaml' ? 'bind: {}\n' : '[bind]\n');
    rmSync(join(dirname(at), 'rustic.lock'));
    const layer = await project.rustic('add', '-g', 'rustic-plugin-one', '--yes');
    expect(layer).toMatchObject({ code: 2, stderr: expect.stringContaining(`${at} can not be begun here`) });
  });

  it('protects what it is written in, whatever that is', async () => {
    const project = await open('rustic.yaml');
    for (const path of [...files, 'rustic.json', 'rustic.yml', 'rustic.local.toml', 'rustic.local.yaml']) {
      const judged = await project.rustic('permissions', 'explain', '--action', 'fs.write', path, '--json');
      expect(JSON.parse(judged.stdout), path).toMatchObject({ decision: 'ask', rule: { every: true, match: path } });
    }
  });

  it('refuses before it shows anything what no composition may have', async () => {
    const project = await open('rustic.yaml');
    const clash = await project.rustic('add', 'rustic-plugin-clash', '--yes');
    expect(clash).toMatchObject({ code: 3, stderr: expect.not.stringContaining('RUSTIC_CONFIG_BY_HAND') });
    mkdirSync(join(project.folder, 'empty'));
    expect(await project.rustic('remove', 'nobody')).toMatchObject({ code: 2 });
  });
});
