import { chmodSync, existsSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, front, json, open, other, refused, userFile } from './config-project.js';
import { createProject } from './project.js';

describe('rustic config set', () => {
  it.each([
    ['plugins.front.greeting', 'good day', '"greeting": "hi", //', '"greeting": "good day", //'],
    ['plugins.front.table.a', 'two', '{ "a": "one" }', '{ "a": "two" }'],
    ['plugins.front.table.b', 'two', '{ "a": "one" }', '{ "a": "one", "b": "two" }'],
    ['plugins.front.table', '{"b":"x"}', '{ "a": "one" }', '{ "b": "x" }'],
    ['plugins.front.size', '4', '"table": { "a": "one" },', '"table": { "a": "one" },\n      "size": 4,'],
    ['plugins.front.name', '4', '"table": { "a": "one" },', '"table": { "a": "one" },\n      "name": "4",'],
    ['bind.frontend', 'other', '"frontend": "front"', '"frontend": "other"'],
  ])('%s to %s changes that and nothing else', async (key, value, before, after) => {
    const project = await open();
    const ran = await project.rustic('config', 'set', key, value);
    expect(ran).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('run: rustic lock\n') });
    expect(project.read('rustic.json')).toBe(file.replace(before, after));
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
  });

  it('makes the file of a layer: it is the user’s own', async () => {
    const project = await open();
    expect(await json(project, 'set', 'plugins.front.greeting', 'mine', '--user')).toEqual({
      key: 'plugins.front.greeting',
      value: 'mine',
      file: userFile(project),
    });
    expect(statSync(userFile(project)).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(userFile(project))).mode & 0o777).toBe(0o700);
    const local = await project.rustic('config', 'set', 'bind.frontend', 'other', '--local');
    expect(local).toMatchObject({ code: 0, stdout: expect.stringContaining('run: rustic trust\n') });
    expect(await json(project, 'set', 'plugins.front.table.b', 'here', '--local')).toMatchObject({ value: 'here' });
    expect(JSON.parse(project.read('rustic.local.json'))).toEqual({
      bind: { frontend: 'other' },
      plugins: [['@acme/front', { table: { b: 'here' } }]],
    });
    expect(await json(project, 'get', 'plugins.front.table')).toMatchObject({ value: { a: 'one', b: 'here' } });
    expect(await json(project, 'get', 'bind.frontend')).toMatchObject({ value: 'other' });
    expect(project.read('rustic.json')).toBe(file);
  });

  it.each([
    [['plugins.front.size', 'big'], 'must be integer', 'a value that fits'],
    [['plugins.front.size', '0'], 'must be >= 1', 'a value that fits'],
    [['plugins.front.loud', 'yes'], 'must be boolean', 'a value that fits'],
    [['bind.frontend', 'nobody'], 'nobody', 'Use one of: front, other'],
    [['permissions.rules', '[]'], 'rules are no single value', 'Edit them in .*rustic.json'],
  ])('%j is refused, and the file stays', async (args, says, fix) => {
    const project = await open();
    for (const scope of [[], ['--local'], ['--user']])
      expect(await project.rustic('config', 'set', ...args, ...scope)).toEqual(
        refused('RUSTIC_CONFIG_VALUE', says, scope.length > 0 ? fix.replace(/ in .*/, '') : fix),
      );
    expect(project.read('rustic.json')).toBe(file);
    expect(existsSync(join(project.folder, 'rustic.local.json'))).toBe(false);
    expect(existsSync(userFile(project))).toBe(false);
  });

  it('never repeats a secret that was typed in', async () => {
    const project = await open();
    const ran = await project.rustic('config', 'set', 'plugins.front.key', 'sk-very-secret');
    expect(ran).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('RUSTIC_CONFIG_VALUE') });
    expect(ran.stderr).not.toContain('very-secret');
    expect(await project.rustic('config', 'set', 'plugins.front.key', '{"$env":"KEY"}')).toMatchObject({ code: 0 });
    expect(await json(project, 'get', 'plugins.front.key')).toMatchObject({ value: { $env: 'KEY' } });
  });

  it('does not let a layer widen what the lock was accepted for', async () => {
    const project = await open(file, true);
    const ran = await project.rustic('config', 'set', 'plugins.front.address', 'https://evil.example', '--local');
    expect(ran).toEqual(
      refused('RUSTIC_CONFIG_LAYER_PERMISSION', 'net https://evil.example:443', 'rustic lock --accept'),
    );
    expect(existsSync(join(project.folder, 'rustic.local.json'))).toBe(false);
  });

  it('corrects one of several things that are wrong', async () => {
    const project = await open({ plugins: [['@acme/front', { size: 'x', loud: 'x' }], 'other'] });
    expect(await project.rustic('config', 'check')).toMatchObject({ code: 3 });
    expect(await project.rustic('config', 'set', 'plugins.front.size', '1')).toMatchObject({ code: 0 });
    expect(await project.rustic('config', 'check')).toMatchObject({ code: 3 });
    expect(await project.rustic('config', 'unset', 'plugins.front.loud')).toMatchObject({ code: 0 });
    expect(await project.rustic('config', 'set', 'bind.frontend', 'other')).toMatchObject({ code: 0 });
    expect(await project.rustic('config', 'check')).toMatchObject({ code: 0 });
  });

  it('writes through a link, keeps the mode, and leaves no draft', async () => {
    const project = await open();
    const real = join(project.home, 'shared.json');
    writeFileSync(real, project.read('rustic.json'));
    chmodSync(real, 0o640);
    const linked = await createProject({ written: [front, other], composition: false });
    symlinkSync(real, join(linked.folder, 'rustic.json'));
    expect(await linked.rustic('config', 'set', 'plugins.front.size', '2')).toMatchObject({ code: 0 });
    expect(readFileSync(real, 'utf8')).toContain('"size": 2');
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(readdirSync(linked.folder).toSorted()).toEqual(['node_modules', 'rustic.json']);
  });

  it('says why a file can not be written', async () => {
    const project = await open();
    writeFileSync(join(project.home, 'rustic'), 'a file where a folder should be');
    expect(await project.rustic('config', 'set', 'plugins.front.size', '2', '--user')).toEqual(
      refused('RUSTIC_CONFIG_WRITE', 'rustic.json can not be written', 'make the folder writable'),
    );
  });

  it('wants one scope', async () => {
    const project = await open();
    expect(await project.rustic('config', 'set', 'bind.frontend', 'front', '--user', '--local')).toEqual(
      refused('RUSTIC_USAGE', '--user and --local exclude each other', 'Leave one of them out', 2),
    );
  });
});

describe('rustic config unset', () => {
  it('takes out what a file sets, and nothing else', async () => {
    const project = await open();
    expect(await project.rustic('config', 'unset', 'plugins.front.greeting')).toMatchObject({ code: 0 });
    expect(project.read('rustic.json')).toBe(file.replace('      "greeting": "hi", // not too loud\n', ''));
    expect(await json(project, 'unset', 'bind.frontend')).toMatchObject({ removed: true });
  });

  it('says where there is nothing to take out', async () => {
    const project = await open();
    expect(await project.rustic('config', 'unset', 'plugins.front.name')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/rustic\.json does not set plugins\.front\.name\.\n$/),
    });
    expect(project.read('rustic.json')).toBe(file);
    expect(await project.rustic('config', 'unset', 'bind.frontend', '--local')).toMatchObject({ code: 1 });
    expect(existsSync(join(project.folder, 'rustic.local.json'))).toBe(false);
  });
});
