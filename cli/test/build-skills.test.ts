import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProduct, type Format, small } from './built.js';
import { createProject } from './project.js';
import { openScreen } from './screen.js';

const name = 'rustic-plugin-skills-tea';
const skill =
  '---\nname: make-tea\ndescription: How tea is made here.\n---\nWarm the pot. Then read references/leaves.md.\n';
const calls = [
  { tool: 'skill_read', input: { name: 'make-tea' } },
  { tool: 'skill_read', input: { name: 'make-tea', file: 'references/leaves.md' } },
  { tool: 'skill_read', input: { name: 'make-tea', file: '../../package.json' } },
];
const turns = [{ calls }, { say: 'Done.' }];

/** A project that composes a bundle of one skill, made by the command. */
async function open(files: Readonly<Record<string, string>> = {}) {
  const composition = small(['@rustic-ai/plugin-context-skills', name]);
  const project = await createProject({ composition, turns });
  const at = `node_modules/${name}`;
  const exports = { '.': './dist/index.js' };
  project.write(`${at}/package.json`, { name, version: '1.0.0', type: 'module', exports });
  const texts = { 'SKILL.md': skill, 'references/leaves.md': 'Assam, import.meta.dirname', ...files };
  for (const [path, text] of Object.entries(texts)) project.write(`${at}/skills/make-tea/${path}`, text);
  expect(await project.rustic('plugin', 'bundle', at)).toMatchObject({ code: 0, stderr: '' });
  expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
  return project;
}

describe.each<Format>(['folder', 'file', 'executable'])('a product that is a %s', (format) => {
  it('has the skills of its bundles within', async () => {
    const tea = await buildProduct(await open(), format);
    tea.write('scenario.json', { turns });
    expect(existsSync(join(tea.at, 'node_modules'))).toBe(false);
    const { code, stdout } = await tea.run('run', '--output-format', 'stream-json', 'hello');
    expect(code).toBe(0);
    expect(stdout).toContain('Warm the pot.');
    expect(stdout).toContain('Its other files: references/leaves.md]');
    expect(stdout).toContain('Assam, import.meta.dirname');
    expect(stdout).toContain('RUSTIC_SKILL_FILE');
  });
});

describe('a bundle with scripts', () => {
  const script = { 'scripts/brew.py': 'print("brewed")\n' };

  it('is carried beside a folder, so that they can be run', async () => {
    const tea = await buildProduct(await open(script), 'folder');
    tea.write('scenario.json', { turns });
    const { code, stdout } = await tea.run('run', '--output-format', 'stream-json', 'hello');
    expect(code).toBe(0);
    const folder = join(tea.at, 'node_modules', name, 'dist/skills/make-tea');
    expect(stdout).toContain(`references/leaves.md, scripts/brew.py; they lie in ${folder}]`);
    expect(existsSync(join(folder, 'scripts/brew.py'))).toBe(true);
  });

  it('keeps a product from being one file', async () => {
    const { code, stderr } = await (await open(script)).rustic('build', '--name', 'tea', '--format', 'file');
    expect(code).toBe(3);
    expect(stderr).toContain('RUSTIC_BUILD_FILE: skills-tea can not be part of a single file: it opens a file');
  });
});

describe('a composition with a bundle', () => {
  it('says which skills it has, and refuses one that two bundles have', async () => {
    const project = await open();
    expect((await project.rustic('list')).stdout).toContain('  provides: skill make-tea\n');
    expect((await project.rustic('info', name)).stdout).toContain('provides skill make-tea: How tea is made here.');
    const other = 'rustic-plugin-skills-other';
    const manifest = { apiVersion: 1, id: 'skills-other', contributes: { skill: { 'make-tea': { summary: 'Tea' } } } };
    project.write(`node_modules/${other}/package.json`, {
      name: other,
      version: '1.0.0',
      type: 'module',
      exports: { '.': './dist/index.js' },
      rustic: { manifest },
    });
    project.write(`node_modules/${other}/dist/index.js`, 'export default { setup: () => ({}) };');
    project.write('rustic.json', small(['@rustic-ai/plugin-context-skills', name, other]));
    const { code, stderr } = await project.rustic('lock', '--accept');
    expect(code).not.toBe(0);
    expect(stderr).toContain('RUSTIC_CAPABILITY_TAKEN');
    expect(stderr).toContain('make-tea');
  });

  it('tells which skill was read: in the events of a run, and in one row on a terminal', async () => {
    const project = await open();
    const { code, stdout } = await project.rustic('run', '--output-format', 'stream-json', 'hello');
    expect(code).toBe(0);
    const items = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; item?: { type: string; name: string; status: string } })
      .filter(({ item }) => item?.type === 'skill')
      .map(({ type, item }) => `${type} ${item?.name} ${item?.status}`);
    const once = (status: string) => ['item.started make-tea in_progress', `item.completed make-tea ${status}`];
    expect(items.toSorted()).toEqual([...once('completed'), ...once('completed'), ...once('failed')].toSorted());

    const screen = await openScreen(project);
    await screen.type('hello');
    await screen.press('Enter');
    const shown = await screen.shows('Done.');
    expect(shown.match(/\u2713 skill make-tea/g)).toHaveLength(2);
    expect(shown).toContain('\u2717 skill make-tea');
    expect(shown).not.toContain('\u2713 skill_read');
  });

  it('is not run once somebody changed a byte of a skill', async () => {
    const project = await open();
    const texts = `node_modules/${name}/dist/texts`;
    const file = `${texts}/${readdirSync(join(project.folder, texts))[0]}`;
    project.write(file, project.read(file).replace('Warm', 'Boil'));
    const { stdout } = await project.rustic('run', '--output-format', 'stream-json', 'hello');
    expect(stdout).toContain('RUSTIC_PLUGIN_CHANGED');
    expect(stdout).not.toContain('Boil the pot');
  });
});
