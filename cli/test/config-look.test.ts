import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { file, json, open, refused, rule, user, userFile } from './config-project.js';
import { createProject } from './project.js';

describe('rustic config show', () => {
  it('prints every setting and what set it, and imports no plugin', async () => {
    const project = await open();
    user(project, { plugins: [['@acme/front', { greeting: 'user', name: 'user', table: { b: 'user' } }]] });
    project.write('rustic.local.json', {
      plugins: [['@acme/front', { size: 3, key: { $env: 'KEY' } }]],
      bind: { frontend: 'other' },
      permissions: { rules: [rule] },
    });
    const inProject = { origin: 'project', file: join(project.folder, 'rustic.json') };
    const inLocal = { origin: 'local', file: join(project.folder, 'rustic.local.json') };
    const inUser = { origin: 'user', file: userFile(project) };
    const entries = (await json(project, 'show')) as { key: string }[];
    expect(entries.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
      { key: 'bind.frontend', value: 'other', ...inLocal },
      { key: 'permissions.rules', value: rule, ...inLocal },
      { key: 'plugins.front.address', value: 'https://a.example', origin: 'default' },
      { key: 'plugins.front.greeting', value: 'hi', ...inProject },
      { key: 'plugins.front.key', value: { $env: 'KEY' }, ...inLocal },
      { key: 'plugins.front.name', value: 'user', ...inUser },
      { key: 'plugins.front.size', value: 3, ...inLocal },
      { key: 'plugins.front.table.a', value: 'one', ...inProject },
      { key: 'plugins.front.table.b', value: 'user', ...inUser },
    ]);
    const plain = await project.rustic('config', 'show');
    expect(plain.stdout).toContain('plugins.front.greeting = "hi"\n');
    expect(plain.stdout).not.toContain('rustic.json');
    const origin = await project.rustic('config', 'show', '--origin');
    expect(origin.stdout).toContain(`plugins.front.greeting = "hi"  (project: ${inProject.file})\n`);
    expect(origin.stdout).toContain('plugins.front.address = "https://a.example"  (default)\n');
  });

  it('works in a folder without a composition', async () => {
    const project = await createProject({ composition: false });
    user(project, { plugins: [['@rustic-ai/plugin-agent-loop', { maxSteps: 9 }]] });
    expect(await json(project, 'show')).toContainEqual({
      key: 'plugins.agent-loop.maxSteps',
      value: 9,
      origin: 'user',
      file: userFile(project),
    });
    expect(await json(project, 'check')).toEqual({ ok: true, files: [userFile(project)] });
    expect(await project.rustic('config', 'set', 'plugins.agent-loop.maxSteps', '3')).toEqual(
      refused('RUSTIC_CONFIG_MISSING', 'rustic.json', 'rustic init'),
    );
    expect(await project.rustic('config', 'set', 'plugins.agent-loop.maxSteps', '3', '--user')).toMatchObject({
      code: 0,
    });
    expect(await json(project, 'get', 'plugins.agent-loop.maxSteps')).toMatchObject({ value: 3 });
    const nothing = await createProject({ composition: false });
    expect((await nothing.rustic('config', 'check')).stdout).toBe('The built-in composition: ok\n');
  });

  it('shows control characters as what they are', async () => {
    const project = await open({ plugins: [['@acme/front', { greeting: 'a\u001b[2J\u202eb' }], 'other'] });
    for (const command of [['show'], ['get', 'plugins.front.greeting']])
      expect((await project.rustic('config', ...command)).stdout).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('rustic config get', () => {
  it.each([
    ['plugins.front.greeting', 'hi\n', 'hi'],
    ['plugins.front.address', 'https://a.example\n', 'https://a.example'],
    ['plugins.front.table', '{"a":"one"}\n', { a: 'one' }],
    ['plugins.front.table.a', 'one\n', 'one'],
    ['bind.frontend', 'front\n', 'front'],
  ])('prints %s', async (key, stdout, value) => {
    const project = await open();
    expect(await project.rustic('config', 'get', key)).toEqual({ code: 0, stdout, stderr: '' });
    expect(await json(project, 'get', key)).toEqual({ key, value });
  });

  it('prints the rules of all layers', async () => {
    const project = await open();
    expect(await project.rustic('config', 'get', 'permissions.rules')).toMatchObject({ code: 1, stdout: '' });
    user(project, { permissions: { rules: [rule] } });
    expect(await json(project, 'get', 'permissions.rules')).toEqual({ key: 'permissions.rules', value: [rule] });
  });

  it('says what nothing sets', async () => {
    const project = await open();
    const key = 'plugins.front.name';
    const stderr = `Nothing sets ${key}.\n`;
    expect(await project.rustic('config', 'get', key)).toEqual({ code: 1, stdout: '', stderr });
    const { code, stdout } = await project.rustic('config', 'get', key, '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: `{"key":"${key}","value":null}\n` });
  });

  it.each([
    ['plugins.front.greting', 'Did you mean "plugins.front.greeting"'],
    ['plugins.fron.greeting', 'Did you mean "plugins.front.greeting"'],
    ['plugins.front.table.c', 'plugins.front.table.a'],
    ['bind.frontent', 'Did you mean "bind.frontend"'],
    ['bind.constructor', 'Run: rustic config show'],
    ['plugins.front.__proto__', 'plugins.front.'],
    ['plugins.front', 'Use one of: plugins.front.greeting, plugins.front.name, '],
    ['plugins.other', 'Remove it'],
    ['zzz', 'Run: rustic config show'],
  ])('refuses %s', async (key, fix) => {
    const project = await open();
    for (const command of [
      ['get', key],
      ['set', key, 'x'],
      ['unset', key],
    ])
      expect(await project.rustic('config', ...command)).toEqual(
        refused('RUSTIC_CONFIG_KEY', `There is no setting "${key}"`, fix),
      );
    expect(project.read('rustic.json')).toBe(file);
  });
});

describe('rustic config check', () => {
  it('checks every file and what they mean together', async () => {
    const project = await open();
    user(project, { bind: { frontend: 'other' } });
    expect(await json(project, 'check')).toEqual({
      ok: true,
      files: [join(project.folder, 'rustic.json'), userFile(project)],
    });
    project.write('rustic.local.json', { bind: { frontend: 'nobody' } });
    expect(await project.rustic('config', 'check')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('RUSTIC_BIND_INVALID'),
    });
    project.write('rustic.local.json', { plugins: [['@acme/front', { greting: 'x' }]] });
    expect(await project.rustic('config', 'check')).toEqual(refused('RUSTIC_CONFIG_LAYER', 'greting', 'Correct it in'));
    project.write('rustic.local.json', '{ "bnd": {} }');
    expect(await project.rustic('config', 'check')).toEqual(
      refused('RUSTIC_CONFIG_INVALID', '"bnd" is not a key', 'Did you mean "bind"'),
    );
  });

  it('refuses a rule that no run could use', async () => {
    const project = await open({ plugins: ['@acme/front'], permissions: { rules: [{ ...rule, action: 'exce' }] } });
    expect(await project.rustic('config', 'check')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('RUSTIC_RULE_INVALID'),
    });
  });
});

describe('rustic config schema', () => {
  it('is what this composition can say: editors complete from it', async () => {
    const project = await open();
    const printed = await project.rustic('config', 'schema', '--print');
    const written = await json(project, 'schema');
    const path = join(project.folder, '.rustic/composition-1.json');
    expect(written).toEqual({ file: path, plugins: 2 });
    expect(readFileSync(path, 'utf8')).toBe(printed.stdout);
    const schema = Compile(JSON.parse(printed.stdout) as object);
    const fits = (plugin: unknown, more: object = {}) => schema.Check({ plugins: [plugin], ...more });
    for (const plugin of ['other', '@acme/front', ['@acme/front'], ['@acme/front', { size: 2 }], ['new', { any: 1 }]])
      expect(fits(plugin), JSON.stringify(plugin)).toBe(true);
    for (const plugin of [
      ['@acme/front', { size: 'x' }],
      ['@acme/front', { sise: 2 }],
      { package: '@acme/front', options: { sise: 2 } },
      ['other', { any: 1 }],
      { package: 'new', optoins: {} },
    ])
      expect(fits(plugin), JSON.stringify(plugin)).toBe(false);
    expect(fits('other', { bind: { frontend: 'front' } })).toBe(true);
    expect(fits('other', { bind: { frontent: 'front' } })).toBe(false);
    expect(fits('other', { $schema: './.rustic/composition-1.json' })).toBe(true);
    expect(printed.stdout).toContain('What it says.');
  });

  it('is of the built-in composition where there is no other, and not written there', async () => {
    const project = await createProject({ composition: false });
    expect((await project.rustic('config', 'schema', '--print')).stdout).toContain('@rustic-ai/plugin-agent-loop');
    expect(await project.rustic('config', 'schema')).toMatchObject({ code: 3 });
    expect(readdirSync(project.folder)).toEqual(['node_modules']);
  });

  it('lets options out that have a default, however deep', async () => {
    const composition = {
      plugins: [
        '@rustic-ai/plugin-tool-shell',
        '@rustic-ai/plugin-workspace-local',
        '@rustic-ai/plugin-policy-resilience',
      ],
    };
    const project = await createProject({ composition, locked: true });
    const { stdout } = await project.rustic('config', 'schema', '--print');
    const schema = Compile(JSON.parse(stdout) as object);
    const fits = (plugin: unknown) => schema.Check({ plugins: [plugin] });
    expect(fits(['@rustic-ai/plugin-tool-shell', {}])).toBe(true);
    expect(fits(['@rustic-ai/plugin-policy-resilience', { model: { retry: { attempts: 2 } } }])).toBe(true);
    expect(fits(['@rustic-ai/plugin-policy-resilience', { model: { retry: { attempts: 0 } } }])).toBe(false);
  });
});
