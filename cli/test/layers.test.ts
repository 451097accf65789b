import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, type Project, type ProjectOptions, type WrittenPlugin } from './project.js';

const summary = { summary: 'It', effects: { kind: 'none', idempotent: true, openWorld: false } };
const text = (description: string) => ({ type: 'string', description });
const config = {
  type: 'object',
  additionalProperties: false,
  properties: {
    greeting: { ...text('What it says.'), default: 'default' },
    list: { type: 'array', items: { type: 'string' }, default: [] },
    table: { type: 'object', properties: { a: text('A'), b: text('B') } },
    address: { ...text('Where.'), default: 'https://a.example' },
    key: {
      anyOf: [
        { type: 'object', properties: { $env: { type: 'string' } }, required: ['$env'], additionalProperties: false },
        { type: 'object', properties: { $file: { type: 'string' } }, required: ['$file'], additionalProperties: false },
      ],
    },
  },
};
/** Prints the options it got, or what calling a tool came to. */
const front = (id: string, manifest: object = {}): WrittenPlugin => ({
  name: id,
  manifest: {
    id,
    config,
    permissions: [{ action: 'net', match: { config: '/address' }, reason: 'to ask' }],
    requires: { tools: { all: 'tool' } },
    contributes: { service: { frontend: { summary: 'It' } } },
    ...manifest,
  },
  code: `export default { setup: ({ id, config, deps }) => ({ service: { frontend: { async run({ prompt }, call) {
    const said = prompt === 'call'
      ? await deps.tools.get('it').invoke({}, call).then(() => 'allowed', (error) => error.code + ' ' + error.message)
      : JSON.stringify({ id, ...config });
    process.stdout.write(said + '\\n');
    return { exitCode: 0 };
  } } } }) };`,
});
const tool: WrittenPlugin = {
  name: 'tool',
  manifest: { id: 'tool', contributes: { tool: { it: summary } } },
  code: 'export default { setup: () => ({ tool: { it: { run: () => ({ parts: [] }) } } }) };',
};
const open = (composition: object = {}, more: ProjectOptions = {}) =>
  createProject({
    written: [front('front'), tool],
    composition: { plugins: [['front', { greeting: 'project' }], 'tool'], ...composition },
    locked: true,
    ...more,
  });
const write = (file: string, layer: unknown) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof layer === 'string' ? layer : JSON.stringify(layer));
};
const userFile = (project: Project) => join(project.home, 'rustic/config/rustic.json');
const user = (project: Project, layer: unknown) => write(userFile(project), layer);
/** Writes the local layer and trusts it. */
const local = async (project: Project, layer: unknown) => {
  project.write('rustic.local.json', layer);
  expect(await project.rustic('trust', '--yes')).toMatchObject({ code: 0, stderr: '' });
};
const options = async (project: Project) => {
  const { code, stdout, stderr } = await project.rustic('run', 'options');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as unknown;
};
const plain = { id: 'front', list: [], address: 'https://a.example' };
const refused = (code: string, says: string, fix: string) => ({
  code: 3,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^${code}: .*${says}.*\nFix: .*${fix}`)),
});

describe('the layers', () => {
  it('are none where there are none', async () => {
    expect(await options(await open())).toEqual({ ...plain, greeting: 'project' });
  });

  it('set options: the local one before the project, the project before the user', async () => {
    const project = await open({ plugins: [['front', { greeting: 'project', table: { a: 'project' } }], 'tool'] });
    user(project, { plugins: [['front', { greeting: 'user', list: ['user'], table: { a: 'user', b: 'user' } }]] });
    expect(await options(project)).toEqual({
      ...plain,
      greeting: 'project',
      list: ['user'],
      table: { a: 'project', b: 'user' },
    });
    await local(project, { plugins: [{ package: 'front', options: { greeting: 'local', table: { b: 'local' } } }] });
    expect(await options(project)).toEqual({
      ...plain,
      greeting: 'local',
      list: ['user'],
      table: { a: 'project', b: 'local' },
    });
  });

  it('replace a reference as a whole', async () => {
    const project = await open({ plugins: [['front', { key: { $env: 'KEY' } }], 'tool'] });
    await local(project, { plugins: [['front', { key: { $file: '/run/key' } }]] });
    expect(await options(project)).toEqual({ ...plain, greeting: 'default', key: { $file: '/run/key' } });
  });

  it('bind: the local one before the project, the project before the user', async () => {
    const written = [front('front'), front('other'), tool];
    const project = await open({ plugins: written.map(({ name }) => name) }, { written });
    expect(await project.rustic('run', 'options')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('RUSTIC_CAPABILITY_AMBIGUOUS'),
    });
    user(project, { bind: { frontend: 'other' } });
    expect(await options(project)).toMatchObject({ id: 'other' });
    await local(project, { bind: { frontend: 'front' } });
    expect(await options(project)).toMatchObject({ id: 'front' });
  });

  it.each(['user', 'local'])(
    'tighten: a deny of the %s layer holds, a project that allows it notwithstanding',
    async (which) => {
      const project = await open({ permissions: { rules: [{ effect: 'allow', action: 'tool', match: 'it' }] } });
      expect((await project.rustic('run', 'call')).stdout).toBe('allowed\n');
      const layer = {
        permissions: { rules: [{ effect: 'deny', action: 'tool', match: 'it', reason: `The ${which} said so.` }] },
      };
      if (which === 'user') user(project, layer);
      else await local(project, layer);
      expect((await project.rustic('run', 'call')).stdout).toMatch(
        new RegExp(`^RUSTIC_PERMISSION_DENIED .*The ${which} said so\\.`),
      );
    },
  );

  it('never loosen what the project denies', async () => {
    const project = await open({
      permissions: { rules: [{ effect: 'deny', action: 'tool', match: 'it', reason: 'No.' }] },
    });
    const layer = { permissions: { rules: [{ effect: 'allow', action: 'tool', match: '**' }] } };
    user(project, layer);
    await local(project, layer);
    expect((await project.rustic('run', 'call')).stdout).toMatch(/^RUSTIC_PERMISSION_DENIED .*No\./);
  });

  it('may have comments, and nothing at all', async () => {
    const project = await open();
    user(project, '{ // nothing yet\n}');
    await local(project, '{ "plugins": ["front"], }');
    expect(await options(project)).toEqual({ ...plain, greeting: 'project' });
  });

  it('change no byte of the lock', async () => {
    const project = await open();
    const before = project.read('rustic.lock');
    user(project, { plugins: [['front', { greeting: 'user' }]], bind: { frontend: 'front' } });
    await local(project, { permissions: { rules: [{ effect: 'deny', action: 'exec', match: '**' }] } });
    expect(await project.rustic('lock')).toMatchObject({ code: 0, stderr: '' });
    expect(project.read('rustic.lock')).toBe(before);
  });

  it('of the user stand where XDG_CONFIG_HOME says when nothing moves them', async () => {
    const project = await open({ plugins: ['front', 'tool'] });
    write(join(project.home, 'xdg/rustic-ai/rustic.json'), { plugins: [['front', { greeting: 'xdg' }]] });
    const env = { RUSTIC_HOME: undefined, XDG_CONFIG_HOME: join(project.home, 'xdg') };
    for (const args of [
      ['trust', '--yes'],
      ['run', 'options'],
    ]) {
      const { child, ended } = project.start(args, { env });
      child.stdin?.end();
      const { code, stdout } = await ended;
      expect(code).toBe(0);
      if (args[0] === 'run') expect(JSON.parse(stdout)).toMatchObject({ greeting: 'xdg' });
    }
  });

  it('are named by doctor', async () => {
    const project = await open();
    expect((await project.rustic('doctor')).stdout).toContain('ok     layers: none\n');
    user(project, {});
    await local(project, {});
    expect((await project.rustic('doctor')).stdout).toContain(
      `ok     layers: ${userFile(project)}, ${project.folder}/rustic.local.json\n`,
    );
  });
});

describe.each(['user', 'local'] as const)('the %s layer can not be used', (which) => {
  const tried = async (layer: unknown, composition: object = {}) => {
    const project = await open(composition);
    if (which === 'user') user(project, layer);
    else project.write('rustic.local.json', layer);
    const trusted = which === 'local' ? await project.rustic('trust', '--yes') : { code: 0 };
    return trusted.code === 0 ? project.rustic('run', 'call') : trusted;
  };
  const file = which === 'user' ? 'rustic/config/rustic\\.json' : 'project/rustic\\.local\\.json';

  it('when it adds a plugin', async () => {
    expect(await tried({ plugins: ['another'] })).toEqual(
      refused('RUSTIC_CONFIG_LAYER_PLUGIN', `${file} names the plugin "another"`, 'add another to the composition'),
    );
  });

  it('when its options would let a plugin touch more', async () => {
    expect(await tried({ plugins: [['front', { address: 'https://evil.example' }]] })).toEqual(
      refused(
        'RUSTIC_CONFIG_LAYER_PERMISSION',
        `${file} would give it net https://evil\\.example:443`,
        'rustic lock --accept',
      ),
    );
  });

  it('when an option does not fit, such as a literal secret, which is not repeated', async () => {
    const ran = await tried({ plugins: [['front', { key: 'sk-very-secret' }]] });
    expect(ran).toEqual(
      refused('RUSTIC_CONFIG_LAYER', `${file} can not be used: The options of "front"`, `Correct it in .*${file}`),
    );
    expect(ran).not.toMatchObject({ stderr: expect.stringContaining('very-secret') });
  });

  it('when an option, a rule or a binding is none', async () => {
    expect(await tried({ plugins: [['front', { greting: 'x' }]] })).toEqual(
      refused('RUSTIC_CONFIG_LAYER', `${file} .*/greting is not one of its options`, 'Correct it in '),
    );
    expect(await tried({ permissions: { rules: [{ effect: 'allow', action: 'exce', match: '**' }] } })).toEqual(
      refused('RUSTIC_CONFIG_LAYER', `${file} .*"action" must be one of`, 'Correct it in '),
    );
    expect(await tried({ bind: { frontend: 'nobody' } })).toEqual(
      refused('RUSTIC_CONFIG_LAYER', `${file} .*binds "frontend" to "nobody"`, 'Correct it in '),
    );
  });

  it('when it switches a plugin off', async () => {
    const name = which === 'user' ? 'rustic' : 'rustic\\.local';
    expect(await tried({ plugins: [{ package: 'tool', enabled: false }] })).toEqual(
      refused(
        'RUSTIC_CONFIG_INVALID',
        `${name}\\.json:\\d+:\\d+: "enabled" is not a key of a plugin`,
        'Use one of: package, options',
      ),
    );
  });

  it('when it is no JSON', async () => {
    expect(await tried('{ "bind": ')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('RUSTIC_CONFIG_INVALID'),
    });
  });
});

it('a user layer that is a folder says so', async () => {
  const project = await open();
  mkdirSync(userFile(project), { recursive: true });
  expect(await project.rustic('run', 'options')).toEqual(
    refused('RUSTIC_CONFIG_LAYER', 'rustic/config/rustic\\.json can not be used: EISDIR', 'a file you can read'),
  );
});

it('the user layer holds for the built-in composition as well', async () => {
  const project = await createProject({ composition: false });
  user(project, { permissions: { rules: [{ effect: 'alow', action: 'tool', match: '**' }] } });
  expect(await project.rustic('run', 'hi')).toEqual(
    refused('RUSTIC_CONFIG_LAYER', '"effect" must be one of', 'Correct it in '),
  );
});

describe('the local layer', () => {
  const untrusted = {
    code: 5,
    stdout: '',
    stderr: expect.stringMatching(
      /^RUSTIC_TRUST_REQUIRED: .* is not trusted since its local layer changed[^]*\nFix: .*rustic trust\n/,
    ),
  };

  it('does not act before somebody trusted exactly it', async () => {
    const project = await open();
    const layer = (greeting: string) => ({ plugins: [['front', { greeting }]], bind: { frontend: 'front' } });
    project.write('rustic.local.json', layer('local'));
    expect(await project.rustic('run', 'options')).toEqual(untrusted);
    const asked = await project.rustic('trust');
    expect(asked.code).toBe(5);
    expect(asked.stdout).toContain('rustic.local.json: front has greeting "local"\n');
    expect(asked.stdout).toContain('rustic.local.json: frontend is bound to front\n');
    await local(project, layer('local'));
    expect(await options(project)).toMatchObject({ greeting: 'local' });
    project.write('rustic.local.json', layer('other'));
    expect(await project.rustic('run', 'options')).toEqual(untrusted);
    await local(project, layer('local'));
    expect(await options(project)).toMatchObject({ greeting: 'local' });
  });

  it('is part of what rustic lock asks consent for', async () => {
    const project = await open();
    project.write('rustic.local.json', { permissions: { rules: [{ effect: 'allow', action: 'exec', match: '**' }] } });
    const { code, stdout } = await project.rustic('lock');
    expect({ code, stdout }).toEqual({ code: 5, stdout: 'rustic.local.json: rule: allow exec **\n' });
    expect(await project.rustic('run', 'options')).toEqual(untrusted);
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    expect(await options(project)).toMatchObject({ greeting: 'project' });
    expect(await project.rustic('lock')).toMatchObject({ code: 0, stdout: expect.not.stringContaining('exec') });
  });

  it('that is gone leaves the project as it is', async () => {
    const project = await open();
    await local(project, { plugins: [['front', { greeting: 'local' }]] });
    rmSync(join(project.folder, 'rustic.local.json'));
    expect(await options(project)).toMatchObject({ greeting: 'project' });
  });
});
