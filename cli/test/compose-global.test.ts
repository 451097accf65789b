import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createComposer } from './compose.js';
import { plugin, registry } from './compose-plugins.js';

const paths = ({ home }: { readonly home: string }) => ({
  file: join(home, 'rustic/config/rustic.json'),
  lock: join(home, 'rustic/config/rustic.lock'),
  modules: join(home, 'rustic/data/node_modules'),
});

it('rustic add -g begins a composition that every folder without one has', async () => {
  const project = await createComposer(registry());
  const before = await project.rustic('run', 'hi');
  expect(before.stderr).toContain('No rustic.json here: using the built-in composition');
  const added = await project.rustic('add', '-g', 'rustic-plugin-one', '--yes');
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('one@1.0.0\n') });
  const { file, lock, modules } = paths(project);
  expect(readFileSync(file, 'utf8')).toContain('"rustic-plugin-one"');
  expect(existsSync(lock)).toBe(true);
  expect(existsSync(join(modules, 'rustic-plugin-one'))).toBe(true);
  expect(statSync(join(project.home, 'rustic/data')).mode & 0o777).toBe(0o700);

  const ran = await project.rustic('run', 'hi');
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('demonstration model') });
  expect(ran.stderr).not.toContain('No rustic.json');
  expect((await project.rustic('tools', 'list')).stdout).toContain('one_go');
  for (const command of ['doctor', 'prove', 'config check'])
    expect(await project.rustic(...command.split(' ')), command).toMatchObject({ code: 0 });

  // Settings of it are set in it, and count once it is locked.
  const key = 'plugins.agent-loop.maxSteps';
  for (const scope of [[], ['--user']]) {
    expect(await project.rustic('config', 'set', key, '7', ...scope)).toMatchObject({ code: 0 });
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: scope.length > 0 ? 0 : 3 });
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    expect((await project.rustic('config', 'get', key)).stdout).toBe('7\n');
  }
  expect(readFileSync(file, 'utf8')).toContain('"rustic-plugin-one"');

  expect(await project.rustic('remove', '-g', 'one')).toMatchObject({ code: 0 });
  expect(existsSync(join(modules, 'rustic-plugin-one'))).toBe(false);
  expect((await project.rustic('tools', 'list')).stdout).not.toContain('one_go');
});

it('a composition of the user is no matter of a folder that has its own', async () => {
  const project = await createComposer(registry());
  expect(await project.rustic('add', '-g', 'rustic-plugin-one', '--yes')).toMatchObject({ code: 0 });
  const bound = await project.rustic('config', 'set', 'bind.model', 'scripted/scenario', '--user');
  expect(bound).toMatchObject({ code: 0 });
  expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
  project.write('rustic.json', '{ "plugins": ["@acme/rustic-plugin-base"] }');
  project.write('package.json', '{ "private": true }');
  expect(await project.rustic('add', '@acme/rustic-plugin-base', '--yes')).toMatchObject({ code: 0 });
  const { stdout } = await project.rustic('tools', 'list');
  expect(stdout).toContain('base_go');
  expect(stdout).not.toContain('one_go');
  expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
  const shown = await project.rustic('config', 'show', '--origin');
  expect(shown).toMatchObject({ code: 0 });
});

it('settings are set in a composition of the user from any folder, whatever its entries say', async () => {
  const project = await createComposer(registry());
  expect(await project.rustic('add', '-g', 'rustic-plugin-one', '--yes')).toMatchObject({ code: 0 });
  const { file } = paths(project);
  const text = readFileSync(file, 'utf8');
  const entry = '{ "package": "rustic-plugin-one", "rename": { "tool": { "one_go": "go" } }, "enabled": false }';
  writeFileSync(file, text.replace('"rustic-plugin-one"', entry));
  project.write('rustic.json', '{ "plugins": ["@acme/rustic-plugin-base"] }');
  project.write('package.json', '{ "private": true }');
  expect(await project.rustic('add', '@acme/rustic-plugin-base', '--yes')).toMatchObject({ code: 0 });
  const set = await project.rustic('config', 'set', 'bind.tool', 'base_go', '--user');
  expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('To use it, run: rustic lock --global\n') });
  expect(readFileSync(file, 'utf8')).toContain(entry);
  expect(readFileSync(file, 'utf8')).toContain('"tool": "base_go"');
  expect(await project.rustic('config', 'unset', 'bind.tool', '--user')).toMatchObject({ code: 0, stderr: '' });
});

it('rustic add -g makes a composition of what was a layer, and leaves what it says', async () => {
  const project = await createComposer(registry());
  const { file, lock } = paths(project);
  project.write('../home/rustic/config/rustic.json', '{\n  // mine\n  "bind": { "model": "scripted/scenario" }\n}\n');
  const failed = await project.rustic('add', '-g', 'rustic-plugin-broken', '--yes');
  expect(failed.code).toBe(3);
  expect(readFileSync(file, 'utf8')).toBe('{\n  // mine\n  "bind": { "model": "scripted/scenario" }\n}\n');
  expect(existsSync(lock)).toBe(false);
  expect(await project.rustic('add', '-g', 'rustic-plugin-one', '--yes')).toMatchObject({ code: 0 });
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^\{\n {2}\/\/ mine\n {2}"bind": \{ "model": "scripted\/scenario" \},\n {2}"plugins": \[\n/);
  expect(text).toContain('"rustic-plugin-one"');
  expect(await project.rustic('run', 'hi')).toMatchObject({ code: 0 });
});

it('rustic upgrade -g upgrades it', async () => {
  const project = await createComposer(registry());
  expect(await project.rustic('add', '-g', 'rustic-plugin-one', '--yes')).toMatchObject({ code: 0 });
  registry().put({ ...plugin('one'), version: '1.1.0' });
  const upgraded = await project.rustic('upgrade', '-g', 'one', '--yes');
  expect(upgraded).toMatchObject({ code: 0, stdout: expect.stringContaining('one 1.0.0 -> 1.1.0') });
});
