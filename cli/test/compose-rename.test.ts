import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createComposer } from './compose.js';
import { begun, goes, registry, stateOf, tool } from './compose-plugins.js';

const flag = ['--rename', 'tool/base_go=other_go'];
/** A project with a plugin whose name clashes, under another name. */
const renamed = async () => {
  const project = await begun();
  expect(await project.rustic('add', 'rustic-plugin-clash', '--yes', ...flag)).toMatchObject({ code: 0 });
  return project;
};
const entry = '{ "package": "rustic-plugin-clash", "rename": { "tool": { "base_go": "other_go" } } }';

describe('two plugins with one name', () => {
  it('are composed once one is renamed, by the command that the fix names', async () => {
    const project = await begun();
    const before = stateOf(project);
    const { code, stderr } = await project.rustic('add', 'rustic-plugin-clash', '--yes');
    expect(code).toBe(3);
    expect(stderr).toContain(
      'RUSTIC_CAPABILITY_TAKEN: Two plugins contribute the tool "base_go": base and clash.\n' +
        'Fix: Give it another name: run the command again with --rename tool/base_go=clash_base_go\n',
    );
    expect(stateOf(project)).toEqual(before);
    const again = ['add', 'rustic-plugin-clash', '--yes', '--rename', 'tool/base_go=clash_base_go'];
    const ran = await project.rustic(...again);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('  provides: tool clash_base_go\n') });
    expect(project.read('rustic.json')).toContain(
      '    { "package": "rustic-plugin-clash", "rename": { "tool": { "base_go": "clash_base_go" } } }\n',
    );
    const after = stateOf(project);
    expect(await project.rustic(...again)).toMatchObject({ code: 0 });
    expect(stateOf(project)).toEqual(after);
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
  });

  it('are named on a terminal, where an empty answer takes what is proposed', async () => {
    const project = await begun();
    const terminal = project.terminal('add', 'rustic-plugin-clash');
    await terminal.seen('Both base and clash contribute the tool "base_go". What shall that of clash be called? ');
    await terminal.seen('[clash_base_go] ');
    terminal.type('base_go\r');
    await terminal.seen('[clash_base_go] ');
    terminal.type('\r');
    await terminal.seen('Agree to this? [y/N] ');
    terminal.type('y\r');
    expect(await terminal.ended).toMatchObject({ code: 0 });
    expect(project.read('rustic.json')).toContain('"base_go": "clash_base_go"');
  });

  it('change nothing when what is typed is no name', async () => {
    const project = await begun();
    const before = stateOf(project);
    const terminal = project.terminal('add', 'rustic-plugin-clash');
    await terminal.seen('[clash_base_go] ');
    terminal.type('a name\r');
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(3);
    expect(stdout).toContain('RUSTIC_CAPABILITY_RENAME: The tool "base_go" of rustic-plugin-clash can not be renamed:');
    expect(stateOf(project)).toEqual(before);
  });

  it('are told apart by what is listed, allowed and run', async () => {
    const project = await renamed();
    expect(project.read('rustic.json')).toContain(entry);
    expect((await project.rustic('list')).stdout).toContain('clash@1.0.0\n  provides: tool other_go\n');
    expect((await project.rustic('info', 'clash')).stdout).toContain('tool other_go');
    const listed = await project.rustic('tools', 'list', '--json');
    expect(listed.stdout).toContain('"other_go"');
    expect((await project.rustic('config', 'check')).code).toBe(0);
    expect(await project.rustic('config', 'set', 'bind.tool', 'other_go')).toMatchObject({ code: 0 });
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    expect(await project.rustic('config', 'set', 'bind.tool', 'clash_go')).toMatchObject({ code: 3 });
  });

  it('lose their names with them, and what is bound to those', async () => {
    const project = await begun();
    const bound = await project.rustic('add', 'rustic-plugin-clash', '--yes', ...flag, '--bind', 'tool=other_go');
    expect(bound).toMatchObject({ code: 0 });
    expect(await project.rustic('remove', 'clash', '--yes')).toMatchObject({ code: 0 });
    for (const file of ['rustic.json', 'rustic.lock']) expect(project.read(file)).not.toMatch(/other_go|clash/);
  });

  it('are renamed again, by the name they have or their own', async () => {
    const project = await renamed();
    for (const [called, to] of [
      ['other_go', 'third_go'],
      ['base_go', 'fourth_go'],
    ]) {
      const again = await project.rustic('add', 'rustic-plugin-clash', '--yes', '--rename', `tool/${called}=${to}`);
      expect(again.code).toBe(0);
      expect(project.read('rustic.json')).toContain(`"rename": { "tool": { "base_go": "${to}" } }`);
    }
    const clash = await project.rustic('add', 'rustic-plugin-clash', '--yes', '--rename', 'tool/fourth_go=base_go');
    expect(clash.stderr).toContain('with --rename tool/base_go=clash_base_go\n');
  });

  it('are refused with what is known', async () => {
    const project = await begun();
    const add = (rename: string) => project.rustic('add', 'rustic-plugin-clash', '--yes', '--rename', rename);
    for (const odd of ['base_go=x', 'tool/base_go', 'tool/base_go=', '/base_go=x', 'tool/=x'])
      expect(await add(odd)).toMatchObject({ code: 2, stderr: expect.stringContaining('renames nothing.\n') });
    const near = await add('tool/base_og=x');
    expect(near).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "tool/base_go"?') });
    expect(await add('tool/base_go=base_go')).toMatchObject({ code: 3 });
    expect(await add('tool/base_go=a b')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('RUSTIC_CAPABILITY_RENAME: '),
    });
  });

  it.each([
    ['"rename": { "tool": { "base_go": 5 } }', 'a new name must be a string, not a number'],
    ['"rename": { "tool": "x" }', 'the names of an operation must be an object, not a string'],
    ['"rename": ["x"]', '"rename" must be an object, not an array'],
    ['"renam": {}', '"renam" is not a key of a plugin'],
  ])('are refused in a file that says %s', async (text, reason) => {
    const project = await begun();
    project.write('rustic.json', `{ "plugins": [{ "package": "@acme/rustic-plugin-base", ${text} }] }`);
    const { code, stderr } = await project.rustic('lock', '--accept');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(`: ${reason}\n`) });
  });

  it('are renamed by no layer', async () => {
    const project = await renamed();
    project.write(
      'rustic.local.json',
      '{ "plugins": [{ "package": "rustic-plugin-clash", "rename": { "tool": { "base_go": "x" } } }] }',
    );
    const { code, stderr } = await project.rustic('config', 'check');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('"rename" is not a key of a plugin') });
  });

  it('stay renamed through an upgrade, which is undone when the name is gone', async () => {
    const project = await createComposer(registry(), {
      'package.json': '{}\n',
      'rustic.json': '{ "plugins": ["@acme/rustic-plugin-base"] }\n',
    });
    const put = (version: string, name: string) =>
      registry().put({ name: 'rustic-plugin-moves', version, manifest: tool('moves', name), code: goes(name) });
    put('1.0.0', 'base_go');
    const added = ['add', '@acme/rustic-plugin-base', 'rustic-plugin-moves', '--yes', ...flag];
    expect(await project.rustic(...added)).toMatchObject({ code: 0 });
    put('1.1.0', 'base_go');
    expect(await project.rustic('upgrade', '--yes')).toMatchObject({ code: 0 });
    expect(await project.rustic('list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('moves@1.1.0\n  provides: tool other_go\n'),
    });
    put('1.2.0', 'gone_go');
    const before = stateOf(project);
    const refused = await project.rustic('upgrade', '--yes');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(
      'RUSTIC_CAPABILITY_RENAME: The tool "base_go" of rustic-plugin-moves can not be renamed: it has only gone_go.\n' +
        'Fix: Correct "rename" at rustic-plugin-moves in the composition.\n',
    );
    expect(stateOf(project)).toEqual(before);
  }, 60_000);

  it.each(['rustic.yaml', 'rustic.toml'])('are renamed in %s, which is shown what that takes', async (file) => {
    const project = await begun();
    rmSync(join(project.folder, 'rustic.json'));
    const yaml = file === 'rustic.yaml';
    project.write(
      file,
      yaml ? 'plugins:\n  - "@acme/rustic-plugin-base"\n' : 'plugins = [\n  "@acme/rustic-plugin-base",\n]\n',
    );
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    const { code, stderr } = await project.rustic('add', 'rustic-plugin-clash', '--yes', ...flag);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('RUSTIC_CONFIG_BY_HAND: ') });
    expect(stderr).toMatch(yaml ? /\+ +base_go: other_go\n/ : /\+ .*rename = .*base_go = "other_go"/);
  });
});
