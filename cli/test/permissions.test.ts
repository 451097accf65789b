import { describe, expect, it } from 'vitest';
import { createProject, type ProjectOptions } from './project.js';

const rules = [
  { effect: 'allow', action: 'exec', match: 'git status' },
  { effect: 'deny', action: 'exec', match: 'curl **', reason: 'no downloads' },
  { effect: 'ask', action: 'fs.write', match: 'src/**', every: true },
  { effect: 'deny', action: 'net', match: '*.internal.example', origin: { agent: '*' } },
  { effect: 'allow', action: 'exec', match: 'old', expires: '2020-01-01T00:00:00Z' },
];
const ruled = (more: ProjectOptions = {}) => createProject({ rules, locked: true, ...more });
const usage = (reason: string, fix: string) => ({
  code: 2,
  stdout: '',
  stderr: expect.stringContaining(`${reason}\nFix: ${fix}\n`),
});

describe('rustic permissions list', () => {
  it('prints the rules that hold, each with where it stands, the built-in ones too', async () => {
    const project = await ruled();
    const { code, stdout, stderr } = await project.rustic('permissions', 'list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const from = `[project: ${project.folder}/rustic.json]`;
    expect(stdout.split('\n').slice(0, 7)).toEqual([
      'Rules:',
      `  allow exec git status  ${from}`,
      `  deny exec curl **  ${from}  no downloads`,
      `  ask fs.write src/**, each time  ${from}`,
      `  deny net *.internal.example, of agent *  ${from}`,
      `  allow exec old, until 2020-01-01T00:00:00Z (expired)  ${from}`,
      '  ask fs.write rustic.json, each time  [built-in]  it is protected: it decides what may run',
    ]);
    expect(stdout).toMatch(/\nRemembered answers:\n {2}none\n$/);
  });

  it('prints the rules of the local layer as the user’s, and all of it as JSON', async () => {
    const project = await createProject();
    const local = { effect: 'deny', action: 'exec', match: 'rm **' };
    project.write('rustic.local.json', { permissions: { rules: [local] } });
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await project.rustic('permissions', 'list', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const said = JSON.parse(stdout) as { rules: object[]; grants: object[] };
    expect(said.rules[0]).toEqual({ scope: 'user', source: `${project.folder}/rustic.local.json`, ...local });
    expect(said.rules[1]).toMatchObject({ scope: 'builtin', source: 'built-in', every: true });
    expect(said.grants).toEqual([]);
  });

  it('tells nothing of a folder that is not trusted', async () => {
    const project = await ruled({ env: {} });
    const other = { ...project.env, RUSTIC_HOME: `${project.home}/other` };
    const { ended } = project.start(['permissions', 'list'], { env: other });
    expect(await ended).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(/^RUSTIC_TRUST_REQUIRED: [^]*\nFix: .*rustic trust\n/),
    });
  });
});

describe('rustic permissions explain', () => {
  it('says for each part of a command line what was decided, and which rule did', async () => {
    const project = await ruled();
    const line = 'git status && curl https://x.example | wc -l';
    const said = await project.rustic('permissions', 'explain', line);
    expect(said).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        `deny: exec ${line}`,
        `  allow  git status  (allow exec git status; ${project.folder}/rustic.json)`,
        `  deny   curl https://x.example  (deny exec curl **; ${project.folder}/rustic.json: no downloads)`,
        '  ask    wc -l  (no rule; the default of exec)',
        '',
      ].join('\n'),
    });
    const { stdout } = await project.rustic('permissions', 'explain', line, '--json');
    const source = `${project.folder}/rustic.json`;
    expect(JSON.parse(stdout)).toEqual({
      decision: 'deny',
      action: 'exec',
      resource: line,
      parts: [
        { text: 'git status', decision: 'allow', rule: rules[0], source },
        { text: 'curl https://x.example', decision: 'deny', rule: rules[1], source },
        { text: 'wc -l', decision: 'ask', source: 'default' },
      ],
      rule: rules[1],
      source,
    });
  });

  it.each([
    [
      'one plain command',
      ['git log'],
      { decision: 'ask', wouldStore: { effect: 'allow', action: 'exec', match: 'git log' } },
    ],
    ['more than one', ['git log; ls'], { decision: 'ask' }],
    ['what is allowed', ['git status'], { decision: 'allow', rule: rules[0] }],
    [
      'a rule that is over',
      ['old'],
      { decision: 'ask', source: 'default', wouldStore: { effect: 'allow', action: 'exec', match: 'old' } },
    ],
    ['a rule for each time', ['src/a.ts', '--action', 'fs.write'], { decision: 'ask', rule: rules[2] }],
    ['reading inside', ['a.ts', '--action', 'fs.read'], { decision: 'allow', source: 'default' }],
    [
      'reading outside',
      ['/etc/passwd', '--action', 'fs.read'],
      { decision: 'ask', wouldStore: { effect: 'allow', action: 'fs.read', match: '/etc/passwd' } },
    ],
    ['a protected file', ['rustic.json', '--action', 'fs.write'], { decision: 'ask', source: 'built-in' }],
    [
      'an address',
      ['https://a.example/x', '--action', 'net'],
      { decision: 'ask', wouldStore: { effect: 'allow', action: 'net', match: 'https://a.example:443' } },
    ],
    [
      'another machine',
      ['git status', '--target', 'box'],
      {
        decision: 'ask',
        target: 'box',
        wouldStore: { effect: 'allow', action: 'exec', match: 'git status', origin: { target: 'box' } },
      },
    ],
    [
      'an operation',
      ['shell_run', '--action', 'tool', '--plugin', 'tool-shell'],
      { decision: 'allow', plugin: 'tool-shell', source: 'default' },
    ],
    ['a skill', ['make-tea', '--action', 'skill'], { decision: 'allow', source: 'default' }],
  ])('knows what would be stored for %s', async (_, args, expected) => {
    const project = await ruled();
    const { code, stdout, stderr } = await project.rustic('permissions', 'explain', ...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const said = JSON.parse(stdout) as object;
    expect(said).toMatchObject(expected);
    expect(Object.hasOwn(said, 'wouldStore')).toBe(Object.hasOwn(expected, 'wouldStore'));
  });

  it('reads command lines also where no rule is about them', async () => {
    const project = await createProject({ locked: true });
    const { stdout } = await project.rustic('permissions', 'explain', 'ls; pwd');
    expect(stdout).toBe(
      'ask: exec ls; pwd\n  ask    ls  (no rule; the default of exec)\n  ask    pwd  (no rule; the default of exec)\n' +
        '"always" would store: nothing: it is asked each time\n',
    );
  });

  it('imports no plugin, not even a critical one', async () => {
    const written = [{ name: 'acme-loud', manifest: { id: 'loud', critical: true }, code: 'process.exit(77);' }];
    const project = await createProject({ written, locked: true });
    expect(await project.rustic('permissions', 'explain', 'ls')).toMatchObject({ code: 0 });
    expect(await project.rustic('permissions', 'list')).toMatchObject({ code: 77 });
  });

  it.each([
    ['exec', 'ls', 'tool-filesystem', { decision: 'deny', source: 'ceiling', parts: [] }],
    ['net', 'https://a.example', 'tool-shell', { decision: 'deny', source: 'ceiling' }],
    ['fs.read', 'a.ts', 'tool-shell', { decision: 'deny', source: 'ceiling' }],
    ['fs.write', 'src/a.ts', 'tool-filesystem', { decision: 'ask', rule: rules[2] }],
    ['fs.write', 'rustic.json', 'tool-filesystem', { decision: 'ask', source: 'built-in' }],
    ['exec', 'git status', 'tool-shell', { decision: 'allow', rule: rules[0] }],
    ['exec', 'git status', 'host', { decision: 'allow', rule: rules[0] }],
  ])('knows the ceiling of a plugin: %s %s of %s', async (action, resource, plugin, expected) => {
    const project = await ruled();
    const args = ['explain', resource, '--action', action, '--plugin', plugin];
    const { code, stdout } = await project.rustic('permissions', ...args, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ action, resource, plugin, ...expected });
    const shown = await project.rustic('permissions', ...args);
    expect(shown.stdout.includes(`never granted to ${plugin}`)).toBe(expected.decision === 'deny');
  });

  it('suggests a plugin that is close, and lists the actions', async () => {
    const project = await ruled();
    expect(await project.rustic('permissions', 'explain', 'ls', '--plugin', 'tool-shel')).toEqual(
      usage('There is no plugin "tool-shel" in this composition.', 'Did you mean "tool-shell"?'),
    );
    const { code, stderr } = await project.rustic('permissions', 'explain', 'ls', '--action', 'exce');
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are exec, net, ssh, mcp, fs.read, fs.write, secret, env, model, tool,');
  });
});

describe('rustic permissions test', () => {
  const cased = (cases: object, more: object = {}) => ({
    effect: 'allow',
    action: 'exec',
    match: 'git status',
    cases,
    ...more,
  });

  it('asserts the cases of the composition, locked or not, and they need no new consent', async () => {
    const project = await createProject({ rules: [cased({ 'git status': 'allow', 'git push': 'ask' })], locked: true });
    expect(await project.rustic('permissions', 'test')).toEqual({
      code: 0,
      stdout: '2 of 2 cases are as expected.\n',
      stderr: '',
    });
    expect(project.read('rustic.lock')).not.toContain('git push');
    const changed = project.read('rustic.json').replace('"git push": "ask"', '"git push": "deny"');
    project.write('rustic.json', changed);
    const failed = await project.rustic('permissions', 'test');
    const line = changed.split('\n').findIndex((text) => text.includes('git push')) + 1;
    expect(failed).toEqual({
      code: 1,
      stdout: `rustic.json:${line}: exec git push: expected deny, got ask (no rule)\n`,
      stderr: expect.stringMatching(/^RUSTIC_CASES_FAILED: 1 of 2 cases got another decision than expected\.\nFix: /),
    });
    expect(await project.rustic('lock')).toMatchObject({ code: 0, stderr: '' });
  });

  it('asserts a file by its rules alone, with comments, origins and targets', async () => {
    const project = await createProject({ rules: [{ effect: 'deny', action: 'exec', match: '**' }] });
    const own = [
      cased({ 'git status': 'allow', 'git status && rm -rf /': 'deny', 'rm x': 'deny' }),
      { effect: 'deny', action: 'exec', match: 'rm **' },
      {
        effect: 'deny',
        action: 'net',
        match: '*.internal',
        origin: { agent: '*' },
        cases: { 'https://a.internal': 'deny' },
      },
      {
        effect: 'deny',
        action: 'net',
        match: '*.secret',
        origin: { agent: 'scout' },
        cases: { 'https://a.secret': 'deny' },
      },
      {
        effect: 'allow',
        action: 'exec',
        match: 'uptime',
        origin: { plugin: 'tool-ssh', target: 'box' },
        cases: { uptime: 'allow' },
      },
      {
        effect: 'ask',
        action: 'fs.write',
        match: 'src/**',
        cases: { 'src/.env': 'ask', 'src/a/b.ts': 'ask', '/etc/x': 'allow' },
      },
    ];
    project.write('team.json', `// ours\n${JSON.stringify({ permissions: { rules: own } })}`);
    const { code, stdout } = await project.rustic('permissions', 'test', 'team.json', '--json');
    const said = JSON.parse(stdout) as {
      ok: boolean;
      cases: { resource: string; decision: string; ok: boolean; because: string }[];
    };
    expect({ code, ok: said.ok, count: said.cases.length }).toEqual({ code: 1, ok: false, count: 9 });
    expect(said.cases.filter(({ ok }) => !ok)).toEqual([
      {
        line: 2,
        action: 'fs.write',
        resource: '/etc/x',
        expected: 'allow',
        decision: 'ask',
        ok: false,
        because: 'no rule',
      },
    ]);
    expect(said.cases[1]?.because).toBe('deny exec rm **, for rm -rf /');
  });

  it.each([
    ['a file that is not there', 'none.json', 'RUSTIC_CONFIG_MISSING', /none\.json/],
    ['what is no JSON', 'broken.json', 'RUSTIC_CONFIG_INVALID', /broken\.json:1:2: /],
    [
      'a decision that is none',
      'word.json',
      'RUSTIC_CONFIG_INVALID',
      /"alow" is no decision\nFix: Did you mean "allow"\?/,
    ],
    ['a rule that can not be used', 'rule.json', 'RUSTIC_RULE_INVALID', /"action" must be one of/],
  ])('ends with 3 for %s', async (_, file, error, text) => {
    const project = await createProject();
    project.write('broken.json', '{');
    project.write('word.json', { permissions: { rules: [cased({ ls: 'alow' })] } });
    project.write('rule.json', { permissions: { rules: [cased({ ls: 'ask' }, { action: 'exce' })] } });
    const { code, stdout, stderr } = await project.rustic('permissions', 'test', file);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${error}: `));
    expect(stderr).toMatch(text);
  });

  it('says when there is nothing to assert', async () => {
    const project = await createProject();
    expect(await project.rustic('permissions', 'test')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No rule of rustic.json has cases.\n',
    });
  });
});
