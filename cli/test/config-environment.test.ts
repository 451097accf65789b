import { expect, it } from 'vitest';
import { file, open, refused, user } from './config-project.js';
import { createProject, type Project } from './project.js';

/** Runs `rustic` with these variables beside those it has. */
const withEnv = (project: Project, env: NodeJS.ProcessEnv, ...args: string[]) => {
  const { child, ended } = project.start(args, { env });
  child.stdin?.end();
  return ended;
};
const variable = 'RUSTIC_PLUGINS_FRONT_GREETING';

it('a variable counts before every file, and show names it', async () => {
  const project = await open(file, true);
  project.write('rustic.local.json', { plugins: [['@acme/front', { greeting: 'local', size: 3 }]] });
  user(project, { plugins: [['@acme/front', { greeting: 'user' }]] });
  const env = { [variable]: 'spoken', RUSTIC_PLUGINS_FRONT_LOUD: 'true', RUSTIC_BIND_FRONTEND: 'other' };
  const { code, stdout } = await withEnv(project, env, 'config', 'show', '--origin');
  expect(code).toBe(0);
  expect(stdout).toContain(`plugins.front.greeting = "spoken"  (environment: ${variable})\n`);
  expect(stdout).toContain('plugins.front.loud = true  (environment: RUSTIC_PLUGINS_FRONT_LOUD)\n');
  expect(stdout).toContain('plugins.front.size = 3  (local: ');
  expect(stdout).toContain('bind.frontend = "other"  (environment: RUSTIC_BIND_FRONTEND)\n');
  const shown = await withEnv(project, env, 'config', 'show', '--origin', '--json');
  expect(JSON.parse(shown.stdout)).toContainEqual({
    key: 'plugins.front.loud',
    value: true,
    origin: 'environment',
    variable: 'RUSTIC_PLUGINS_FRONT_LOUD',
  });
  expect((await withEnv(project, env, 'config', 'get', 'bind.frontend')).stdout).toBe('other\n');
});

it.each([
  ['text', 'RUSTIC_PLUGINS_FRONT_NAME', '7', '"7"'],
  ['a number', 'RUSTIC_PLUGINS_FRONT_SIZE', '7', '7'],
  ['an object', 'RUSTIC_PLUGINS_FRONT_TABLE', '{"b":"two"}', '{"a":"one","b":"two"}'],
  ['a reference to a secret', 'RUSTIC_PLUGINS_FRONT_KEY', '{"$env":"KEY"}', '{"$env":"KEY"}'],
])('a variable can be %s, whichever the option takes', async (_, name, text, value) => {
  const project = await open();
  const key = name.toLowerCase().replace('rustic_', '').replaceAll('_', '.');
  const { stdout } = await withEnv(project, { [name]: text }, 'config', 'get', key, '--json');
  expect(JSON.stringify((JSON.parse(stdout) as { value: unknown }).value)).toBe(value);
});

it.each([
  [
    'names nothing',
    { RUSTIC_PLUGINS_FRONT_GREETNG: 'x' },
    'RUSTIC_CONFIG_KEY',
    'Did you mean "RUSTIC_PLUGINS_FRONT_GREETING"',
  ],
  ['names no plugin', { RUSTIC_PLUGINS_NOBODY_X: 'x' }, 'RUSTIC_CONFIG_KEY', 'Use one of: '],
  ['binds nothing', { RUSTIC_BIND_FRONTENT: 'x' }, 'RUSTIC_CONFIG_KEY', 'Did you mean "RUSTIC_BIND_FRONTEND"'],
  [
    'does not fit',
    { RUSTIC_PLUGINS_FRONT_SIZE: 'big' },
    'RUSTIC_CONFIG_VALUE',
    'Give it a value that fits, or unset it',
  ],
])('a variable that %s is refused', async (_, env, code, fix) => {
  const project = await open(file, true);
  const [name = ''] = Object.keys(env);
  for (const args of [
    ['config', 'show'],
    ['run', 'hi'],
  ])
    expect(await withEnv(project, env, ...args)).toEqual(refused(code, name, fix));
});

it('a variable gives no plugin more than the lock does, and other variables set nothing', async () => {
  const project = await open(file, true);
  const env = { RUSTIC_PLUGINS_FRONT_ADDRESS: 'https://b.example' };
  expect(await withEnv(project, env, 'run', 'hi')).toEqual(
    refused('RUSTIC_CONFIG_LAYER_PERMISSION', 'net https://b.example', 'rustic lock --accept'),
  );
  const others = { RUSTIC_NOTHING: 'x', RUSTIC_PLUGINS_FRONT_GREETING: '' };
  expect(await withEnv(project, others, 'config', 'get', 'plugins.front.greeting')).toMatchObject({ stdout: 'hi\n' });
});

it('a run has what a variable says', async () => {
  const turns = [{ calls: [{ tool: 'fs_list' }] }, { calls: [{ tool: 'fs_list' }] }, { say: 'Done.' }];
  const project = await createProject({ turns, locked: true });
  const env = { RUSTIC_PLUGINS_AGENT_LOOP_MAX_STEPS: '1' };
  expect(await withEnv(project, env, 'run', 'go')).toMatchObject({ code: 6 });
  expect(await project.rustic('run', 'go')).toMatchObject({ code: 0 });
});
