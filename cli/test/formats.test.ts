import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { front, json, other, refused, rule, userFile } from './config-project.js';
import { createProject, type Project, type WrittenPlugin } from './project.js';

/** Says what its options are. */
const says: WrittenPlugin = {
  ...front,
  code: `export default { setup: ({ config }) => ({ service: { frontend: { async run() {
    process.stdout.write(JSON.stringify(config) + '\\n');
    return { exitCode: 0 };
  } } } }) };`,
};
const written = [says, other];
const settings = {
  plugins: [['@acme/front', { greeting: 'hi', size: 3, table: { a: 'one' } }], { package: 'other', enabled: true }],
  bind: { frontend: 'front' },
  permissions: { rules: [rule] },
};
const texts = {
  'rustic.json': JSON.stringify(settings, null, 2),
  'rustic.toml': `# Ours.
plugins = [
  ["@acme/front", { greeting = "hi", size = 3, table.a = "one" }], # not too loud
  { package = "other", enabled = true },
]

[bind]
frontend = "front"

[[permissions.rules]]
effect = "deny"
action = "exec"
match = "rm **"
`,
  'rustic.yaml': `# Ours.
plugins:
  - - "@acme/front"
    - greeting: hi # not too loud
      size: 3
      table: { a: one }
  - package: other
    enabled: true
bind: { frontend: front }
permissions:
  rules:
    - { effect: deny, action: exec, match: rm ** }
`,
};
const open = async (file: string, text: string, locked = true) => {
  const project = await createProject({ written, composition: false });
  project.write(file, text);
  if (locked) expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0, stderr: '' });
  return project;
};
const lockOf = (project: Project, file = 'rustic.lock') =>
  JSON.parse(project.read(file)) as {
    inputs: Record<string, string>;
    plugins: object[];
    rules: object[];
    bind: object;
  };
const user = (project: Project, ending: string, text: string) => {
  mkdirSync(dirname(userFile(project)), { recursive: true });
  writeFileSync(userFile(project).replace('json', ending), text);
};
const options = async (project: Project, ...args: string[]) => {
  const { code, stdout, stderr } = await project.rustic('run', 'hi', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as unknown;
};
const hi = { greeting: 'hi', size: 3, table: { a: 'one' }, address: 'https://a.example' };

describe('a composition in another format', () => {
  it.each([
    ['rustic.toml', texts['rustic.toml']],
    ['rustic.yaml', texts['rustic.yaml']],
    ['rustic.yml', texts['rustic.yaml']],
  ])('%s means what rustic.json means, and is the input of its lock', async (file, text) => {
    const project = await open(file, text);
    const { inputs, ...lock } = lockOf(project);
    const { inputs: _, ...same } = lockOf(await open('rustic.json', texts['rustic.json']));
    expect({ ...lock, digest: '' }).toEqual({ ...same, digest: '' });
    expect(Object.keys(inputs)).toEqual([file]);
    expect(await options(project)).toEqual(hi);
    expect(await project.rustic('config', 'check')).toMatchObject({
      code: 0,
      stdout: `${project.folder}/${file}: ok\n`,
    });
    project.write(file, text.replace('size', 'size ').replace('Ours', 'Mine'));
    const stale = await project.rustic('run', 'hi');
    expect(stale).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('RUSTIC_LOCK_STALE: ') });
    expect(stale.stderr).toContain(file);
  });

  it('may be any file, by its ending; its lock and its local layer stand beside it', async () => {
    const project = await open('mine.yaml', texts['rustic.yaml'], false);
    const mine = ['--config', 'mine.yaml'];
    expect(await project.rustic('lock', '--accept', ...mine)).toMatchObject({ code: 0, stderr: '' });
    expect(Object.keys(lockOf(project, 'mine.lock').inputs)).toEqual(['mine.yaml']);
    project.write('mine.local.toml', '[[plugins]]\npackage = "@acme/front"\noptions.greeting = "here"\n');
    expect(await project.rustic('trust', '--yes', ...mine)).toMatchObject({ code: 0, stderr: '' });
    expect(await options(project, ...mine)).toEqual({ ...hi, greeting: 'here' });
  });

  it('has layers in any format', async () => {
    const project = await open('rustic.json', texts['rustic.json']);
    user(project, 'toml', 'plugins = [["@acme/front", { name = "user", greeting = "user", table.b = "user" }]]\n');
    expect(await options(project)).toEqual({ ...hi, name: 'user', table: { a: 'one', b: 'user' } });
    project.write('rustic.local.yaml', 'plugins: [["@acme/front", { name: local }]]\n');
    const first = await project.rustic('run', 'hi');
    expect(first).toMatchObject({ code: 5, stderr: expect.stringContaining('RUSTIC_TRUST_REQUIRED') });
    const trusted = await project.rustic('trust', '--yes');
    expect(trusted.stdout).toContain('rustic.local.yaml: @acme/front has name "local"\n');
    expect(await options(project)).toEqual({ ...hi, name: 'local', table: { a: 'one', b: 'user' } });
    const { stdout } = await project.rustic('config', 'show', '--origin');
    expect(stdout).toContain(`plugins.front.name = "local"  (local: ${project.folder}/rustic.local.yaml)\n`);
    expect(stdout).toContain(`plugins.front.table.b = "user"  (user: ${userFile(project).replace('json', 'toml')})\n`);
  });

  it('has a local layer that nobody reads before it is trusted', async () => {
    const project = await open('rustic.yaml', texts['rustic.yaml']);
    project.write('rustic.local.yaml', '{{{');
    expect(await project.rustic('run', 'hi')).toEqual(refused('RUSTIC_TRUST_REQUIRED', '', 'rustic trust', 5));
    expect(await project.rustic('trust', '--yes')).toEqual(
      refused('RUSTIC_CONFIG_INVALID', 'rustic.local.yaml:1:\\d+: it is not YAML', 'Correct'),
    );
  });

  it('is alone: two are refused by name, in every scope', async () => {
    const project = await open('rustic.json', texts['rustic.json']);
    const two = (files: string) => refused('RUSTIC_CONFIG_SEVERAL', `stand ${files}, `, 'Keep the one you mean');
    project.write('rustic.yml', texts['rustic.yaml']);
    for (const args of [['run', 'hi'], ['lock'], ['config', 'show'], ['add', 'other'], ['init'], ['list']])
      expect(await project.rustic(...args)).toEqual(two('rustic.json, rustic.yml'));
    expect(await project.rustic('lock', '--config', 'rustic.yml')).toEqual(two('rustic.json, rustic.yml'));
    renameSync(join(project.folder, 'rustic.yml'), join(project.folder, 'rustic.local.yml'));
    project.write('rustic.local.toml', '');
    expect(await project.rustic('run', 'hi')).toEqual(two('rustic.local.toml, rustic.local.yml'));
    renameSync(join(project.folder, 'rustic.local.yml'), join(project.folder, 'else.yml'));
    renameSync(join(project.folder, 'rustic.local.toml'), join(project.folder, 'else.toml'));
    user(project, 'json', '{}');
    user(project, 'yaml', 'bind: {}');
    expect(await project.rustic('run', 'hi')).toEqual(two('rustic.json, rustic.yaml'));
  });

  it.each(['rustic.toml', 'rustic.yaml'] as const)('is not begun: %s', async (file) => {
    const project = await createProject({ composition: false });
    for (const command of [['init'], ['add', 'provider-openai']])
      expect(await project.rustic(...command, '--config', file)).toEqual(
        refused('RUSTIC_USAGE', 'only JSON is written', 'ends in .json', 2),
      );
  });

  it.each(['rustic.toml', 'rustic.yaml'] as const)('is not begun over: %s', async (file) => {
    const project = await open(file, texts[file]);
    expect(await project.rustic('init')).toEqual(refused('RUSTIC_CONFIG_EXISTS', file, 'rustic add'));
    expect(project.read(file)).toBe(texts[file]);
  });
});

describe('what is wrong in another format', () => {
  it.each([
    ['toml', 'plugins = [\n  "a"\n  "b" ]', '3:3: it is not TOML (', 'Correct the syntax at that place.'],
    ['toml', 'bind = {}\n', '1:1: "plugins" is missing', 'List the plugins'],
    ['toml', 'plugins = []\nplugins = []', '2:1: it is not TOML (trying to redefine', 'Correct the syntax'],
    ['toml', '# a\n\n  plugin = []', '3:3: "plugin" is not a key of a composition', 'Did you mean "plugins"?'],
    ['toml', 'plugins = "a"', '1:11: "plugins" must be an array, not a string', 'Write an array there.'],
    ['toml', 'plugins = [\n  "a", # one\n  7,\n]', '3:3: a plugin must be an object, not a number', 'Write an object'],
    ['toml', 'plugins = [["a", { x = 1 }], ["b", "c"]]', '1:36: the options of a plugin must be an object', 'Write'],
    ['toml', '[[plugins]]\npackage = "a"\n[[plugins]]\npakage = "b"', '4:1: "pakage" is not a key of a plugin', ''],
    ['toml', '[[plugins]]\npackage = "a"\n[plugins.option]\n', '3:10: "option" is not a key of a plugin', 'Did you'],
    ['toml', 'plugins = []\n[bind]\n"mo.del" = """\nx"""\nagent = 1', '5:9: a binding must be a string, not a', ''],
    ['toml', 'plugins = []\nbind.model = 1', '2:14: a binding must be a string, not a number', 'Write a string'],
    ['toml', 'plugins = [["a", { at = 1979-05-27 }]]', '1:25: it is neither text nor a number', 'Put it in quotes.'],
    ['toml', 'plugins = [["a", { at = inf }]]', '1:25: Infinity is no number', 'Write a finite number.'],
    [
      'toml',
      'plugins = []\n[[permissions.rules]]\neffect = "deny"\naction = "exec"\nmatch = "a"\n[[permissions.rules]]\neffect = "deny"',
      '6:1: a rule needs "action"',
      'Add',
    ],
    ['yaml', 'plugins: [\n', '2:1: it is not YAML (', 'Correct the syntax at that place.'],
    ['yaml', '', '1:1: it is empty', 'List the plugins there'],
    ['yaml', '- a', '1:1: a composition must be an object, not an array', 'Write an object there.'],
    ['yaml', '# a\n\nplugin: []', '3:1: "plugin" is not a key of a composition', 'Did you mean "plugins"?'],
    ['yaml', 'plugins:\n', '1:9: "plugins" must be an array, not a null', 'Write an array there.'],
    ['yaml', 'plugins:\n  - a\n  - 7', '3:5: a plugin must be an object, not a number', 'Write an object there.'],
    ['yaml', 'plugins:\n  - package: a\n    enabled: no', '3:14: "enabled" must be a boolean, not a string', ''],
    ['yaml', 'plugins: []\nplugins: []', '2:1: it is not YAML (Map keys must be unique', 'Correct'],
    ['yaml', 'plugins: [&a b, *a]', '1:17: an alias is not read here', 'Write out what it stands for.'],
    ['yaml', 'plugins: [!ours b]', '1:11: it is not YAML (Unresolved tag: !ours', 'Correct'],
    ['yaml', 'plugins: [[a, { at: .inf }]]', '1:21: Infinity is no number', 'Write a finite number.'],
    ['yaml', 'plugins: []\n---\nplugins: []', '2:1: it is not YAML (', 'Correct'],
  ])('has its place: %s %j', async (ending, text, what, fix) => {
    const project = await open(`rustic.${ending}`, text, false);
    const { code, stdout, stderr } = await project.rustic('lock', '--accept');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`RUSTIC_CONFIG_INVALID: rustic.${ending}:${what}`);
    expect(stderr).toContain(`\nFix: ${fix}`);
  });

  it('is found in rules that are judged alone', async () => {
    const project = await createProject();
    project.write(
      'rules.yaml',
      'permissions:\n  rules:\n    - { effect: deny, action: exec, match: rm **, cases: { rm x: allow } }\n',
    );
    expect(await project.rustic('permissions', 'test', 'rules.yaml')).toMatchObject({
      stdout: expect.stringContaining('3'),
      stderr: expect.stringContaining('RUSTIC_CASES_FAILED'),
    });
  });
});

describe('an edit of another format', () => {
  const byHand = async (project: Project, ...args: string[]) => {
    const { code, stdout, stderr } = await project.rustic(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^RUSTIC_CONFIG_BY_HAND: .* is no JSON, .*nothing was changed/);
    return /What it takes:\n(?<diff>[^]*)\nFix: (?<fix>.*)/.exec(stderr)?.groups;
  };

  it('is shown for YAML with its comments, and holds once somebody applied it', async () => {
    const project = await open('rustic.yaml', texts['rustic.yaml']);
    const shown = await byHand(project, 'config', 'set', 'plugins.front.greeting', 'good day');
    expect(shown).toEqual({
      diff: `      - - "@acme/front"
  -     - greeting: hi # not too loud
  +     - greeting: good day # not too loud
          size: 3`,
      fix: 'Apply that by hand, then run: rustic lock',
    });
    expect(project.read('rustic.yaml')).toBe(texts['rustic.yaml']);
    project.write('rustic.yaml', texts['rustic.yaml'].replace('greeting: hi', 'greeting: good day'));
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    expect(await options(project)).toEqual({ ...hi, greeting: 'good day' });
  });

  it('is shown for TOML, a plugin on each line', async () => {
    const project = await open('rustic.toml', texts['rustic.toml']);
    expect(await byHand(project, 'config', 'unset', 'plugins.front.size')).toEqual({
      diff: `    plugins = [
  -   [ "@acme/front", { greeting = "hi", size = 3, table = { a = "one" } } ],
  +   [ "@acme/front", { greeting = "hi", table = { a = "one" } } ],
      { package = "other", enabled = true },`,
      fix: 'Apply that by hand, then run: rustic lock',
    });
    expect(project.read('rustic.toml')).toBe(texts['rustic.toml']);
  });

  it('is asked of a layer too, with what makes it hold', async () => {
    const project = await open('rustic.json', texts['rustic.json']);
    user(project, 'yaml', '# mine\nbind: {}\n');
    project.write('rustic.local.toml', 'bind = {}\n');
    const said = await byHand(project, 'config', 'set', 'bind.frontend', 'other', '--user');
    expect(said?.['diff']).toBe('    # mine\n  - bind: {}\n  + bind: { frontend: other }');
    expect(said?.['fix']).toMatch(/run: rustic config check$/);
    const local = await byHand(project, 'config', 'set', 'bind.frontend', 'other', '--local');
    expect(local?.['diff']).toContain('  + frontend = "other"');
    expect(local?.['fix']).toMatch(/run: rustic trust$/);
  });

  it('is no edit where nothing changes, and judged before it is shown', async () => {
    const project = await open('rustic.toml', texts['rustic.toml']);
    expect(await json(project, 'set', 'plugins.front.greeting', 'hi')).toMatchObject({ value: 'hi' });
    expect(await project.rustic('config', 'unset', 'plugins.front.loud')).toMatchObject({ code: 1 });
    expect(await project.rustic('config', 'set', 'plugins.front.size', 'big')).toEqual(
      refused('RUSTIC_CONFIG_VALUE', 'must be integer', 'a value that fits'),
    );
  });
});
