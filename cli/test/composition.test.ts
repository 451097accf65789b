import { describe, expect, it } from 'vitest';
import { createProject } from './project.js';

describe('a rustic.json that can not be used', () => {
  it.each([
    ['{ "plugins": [\n  "a"\n  "b" ] }', '3:3: it is not JSON (CommaExpected)', 'Correct the syntax at that place.'],
    ['', '1:1: it is not JSON (ValueExpected)', 'Correct the syntax at that place.'],
    ['[]', '1:1: a composition must be an object, not an array', 'Write an object there.'],
    ['{}', '1:1: "plugins" is missing', 'List the plugins: "plugins": ["…"].'],
    ['{\n  "plugin": [] }', '2:3: "plugin" is not a key of a composition', 'Did you mean "plugins"?'],
    [
      '{ "plugins": [], "zzz": 1 }',
      '1:18: "zzz" is not a key of a composition',
      'Use one of: $schema, version, plugins, ',
    ],
    ['{ "plugins": "a" }', '1:14: "plugins" must be an array, not a string', 'Write an array there.'],
    ['{ "plugins": [\n 7 ] }', '2:2: a plugin must be an object, not a number', 'Write an object there.'],
    ['{ "plugins": [[]] }', '1:15: a plugin is missing', 'Write ["package", { options }].'],
    ['{ "plugins": [["a", "b"]] }', '1:21: the options of a plugin must be an object, not a string', 'Write an object'],
    ['{ "plugins": [{ "pakage": "a" }] }', '1:17: "pakage" is not a key of a plugin', 'Did you mean "package"?'],
    ['{ "plugins": [{ "package": "a", "enabled": "no" }] }', '1:44: "enabled" must be a boolean, not a string', ''],
    ['{ "plugins": [], "bind": { "model": 1 } }', '1:37: a binding must be a string, not a number', 'Write a str'],
    ['{ "plugins": [], "permissions": { "rule": [] } }', '1:35: "rule" is not a key of "permissions"', 'Did you me'],
  ])('%j', async (composition, what, fix) => {
    const project = await createProject({ composition });
    const { code, stdout, stderr } = await project.rustic('lock', '--accept');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`RUSTIC_CONFIG_INVALID: rustic.json:${what}\nFix: ${fix}`);
    expect(project.read('rustic.json')).toBe(composition);
  });

  it('explains a lock that does not fit any more, and leaves it alone', async () => {
    const project = await createProject({ locked: true });
    const lock = project.read('rustic.lock');
    project.write('rustic.json', '{ "plugins": [ }');
    for (const args of [['run', 'hi'], ['list'], ['session', 'list'], ['lock', '--accept']]) {
      const { code, stdout, stderr } = await project.rustic(...args);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain('RUSTIC_CONFIG_INVALID: rustic.json:1:16: it is not JSON (ValueExpected)\n');
    }
    expect(project.read('rustic.lock')).toBe(lock);
  });

  it('is missed where --config says it is', async () => {
    const project = await createProject();
    for (const args of [['lock'], ['run', 'hi'], ['list'], ['trust']])
      expect(await project.rustic(...args, '--config', 'other.json')).toMatchObject({
        code: 3,
        stdout: '',
        stderr: expect.stringContaining(
          `RUSTIC_CONFIG_MISSING: There is no composition at ${project.folder}/other.json`,
        ),
      });
  });

  it.each([
    [
      { effect: 'allow', action: 'exec', match: '**', evry: true },
      '"evry" is not a key of a rule\nFix: Did you mean "ev',
    ],
    [{ effect: 'allow', action: 'exec' }, 'a rule needs "match"\nFix: Add "match" to the rule.'],
    [{ effect: 1, action: 'exec', match: '**' }, '"effect" of a rule must be a string, not a number'],
    ['allow everything', 'a rule must be an object, not a string'],
  ])('has the place of the rule %j', async (rule, reason) => {
    const project = await createProject({ composition: { plugins: [], permissions: { rules: [rule] } } });
    const { code, stdout, stderr } = await project.rustic('lock', '--accept');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^RUSTIC_CONFIG_INVALID: rustic\.json:\d+:\d+: /);
    expect(stderr).toContain(reason);
  });

  it.each([
    [{ effect: 'alow', action: 'exec', match: '**' }, '"effect" must be one of allow, ask, deny'],
    [{ effect: 'allow', action: 'exce', match: '**' }, '"action" must be one of '],
    [{ effect: 'allow', action: 'exec', match: '**', expires: 'soon' }, '"expires" is no ISO 8601 time'],
  ])('has no lock with the rule %j', async (rule, reason) => {
    const project = await createProject({ composition: { plugins: [], permissions: { rules: [rule] } } });
    const { code, stdout, stderr } = await project.rustic('lock', '--accept');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^RUSTIC_RULE_INVALID: The permission rule \{/);
    expect(stderr).toContain(`can not be used: ${reason}`);
  });

  it('may have comments, trailing commas and disabled plugins', async () => {
    const composition = '{ // all there is\n  "plugins": [{ "package": "nowhere", "enabled": false },], }';
    const project = await createProject({ composition, locked: true });
    expect(await project.rustic('list')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
