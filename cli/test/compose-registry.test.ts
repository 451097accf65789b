import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authored, createComposer, createRegistry, type Registry } from './compose.js';
import { root, temporaryFolder } from './project.js';

const npm = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) =>
  promisify(execFile)('npm', [...args], { cwd, env: { ...process.env, ...env } });
const workspaces = ['kernel', 'cli'].concat(
  [
    'agent-loop',
    'session-log',
    'storage-sqlite',
    'workspace-local',
    'tool-filesystem',
    'tool-shell',
    'frontend-terminal',
    'provider-scripted',
  ].map((id) => `plugins/${id}`),
);

let registry: Registry;
beforeAll(async () => {
  registry = await createRegistry({ own: false });
  const folder = temporaryFolder();
  const wanted = workspaces.flatMap((workspace) => ['-w', workspace]);
  await npm(['pack', '--json', '--pack-destination', folder, ...wanted], root);
  for (const file of readdirSync(folder))
    await npm(['publish', '--loglevel=error', '--provenance=false', join(folder, file)], folder, registry.env);
}, 120_000);
afterAll(() => registry.close());

const weather = (version: string, ...hosts: string[]) => ({
  name: '@acme/rustic-plugin-tool-weather',
  version,
  more: { description: 'The weather of a place.' },
  manifest: {
    id: 'tool-weather',
    permissions: hosts.map((match) => ({ action: 'net', match, reason: 'asks there' })),
    contributes: {
      tool: { weather: { summary: 'Says', effects: { kind: 'none', idempotent: true, openWorld: false } } },
    },
  },
  code: `export default { setup: () => ({ tool: { weather: { run: () => 'sun of ${version}' } } }) };`,
});
/** As its author would: from its folder, with npm. */
const publish = async (plugin: ReturnType<typeof weather>) => {
  const folder = authored(join(temporaryFolder(), 'plugin'), plugin);
  await npm(['publish', '--loglevel=error', '--access', 'public', '--provenance=false'], folder, registry.env);
};
const scenario = `turns:\n  - calls: [{ tool: weather, input: {} }]\n  - say: Done.\n`;
const kept = ['package.json', 'package-lock.json', 'rustic.json', 'rustic.lock'];

describe('published packages', () => {
  it('are composed, run, upgraded and taken out again', async () => {
    const project = await createComposer(registry);
    const state = () => kept.map((name) => project.read(name));
    project.env['OLLAMA_HOST'] = '127.0.0.1:9';
    expect(await project.rustic('init', '--yes')).toMatchObject({ code: 0 });
    const begun = state();

    await publish(weather('1.0.0', 'one.example'));
    expect(await project.rustic('add', '@acme/rustic-plugin-tool-weather', '--yes')).toMatchObject({ code: 0 });
    project.write('scenario.yaml', scenario);
    const option = ['--option', 'scenario=scenario.yaml'];
    expect(await project.rustic('add', 'provider-scripted', ...option, '--yes')).toMatchObject({ code: 0 });
    const first = await project.rustic('run', '--output-format', 'stream-json', 'weather?');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('sun of 1.0.0') });
    expect(await project.rustic('outdated')).toMatchObject({ code: 0, stdout: 'Every plugin is the latest.\n' });

    await publish(weather('1.1.0', 'one.example'));
    expect(await project.rustic('outdated')).toMatchObject({ code: 0, stdout: 'tool-weather 1.0.0 -> 1.1.0\n' });
    expect(await project.rustic('upgrade')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1.0.0 -> 1.1.0'),
    });
    const second = await project.rustic('run', '--output-format', 'stream-json', 'weather?');
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('sun of 1.1.0') });

    await publish(weather('1.2.0', 'one.example', 'two.example'));
    const before = state();
    const refused = await project.rustic('upgrade', 'tool-weather');
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('RUSTIC_LOCK_CONSENT_CHANGE') });
    expect(refused.stdout).toContain('tool-weather asks for net two.example (asks there)\n');
    expect(state()).toEqual(before);
    const still = await project.rustic('run', '--output-format', 'stream-json', 'weather?');
    expect(still).toMatchObject({ code: 0, stdout: expect.stringContaining('sun of 1.1.0') });
    expect(await project.rustic('upgrade', 'tool-weather', '--yes')).toMatchObject({ code: 0 });
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });

    const entry = 'node_modules/@acme/rustic-plugin-tool-weather/dist/index.js';
    const whole = project.read(entry);
    project.write(entry, `${whole}// more`);
    const tampered = await project.rustic('run', '--output-format', 'stream-json', 'weather?');
    expect(tampered.stdout).toContain('RUSTIC_PLUGIN_CHANGED');
    expect(tampered.stdout).not.toContain('sun of');
    project.write(entry, whole);

    expect(await project.rustic('remove', 'tool-weather')).toMatchObject({ code: 0 });
    expect(existsSync(join(project.folder, 'node_modules/@acme/rustic-plugin-tool-weather'))).toBe(false);
    const scripted = [
      '"@rustic-ai/plugin-provider-scripted"',
      '["@rustic-ai/plugin-provider-scripted", { "scenario": "scenario.yaml" }]',
    ];
    expect(project.read('rustic.json')).toBe(begun[2]?.replace(scripted[0] ?? '', scripted[1] ?? ''));
    expect([project.read('package.json'), project.read('package-lock.json')]).toEqual(begun.slice(0, 2));
  }, 120_000);

  it('are not installed when their bytes are not those that were published', async () => {
    const project = await createComposer(registry, { 'package.json': '{}\n', 'rustic.json': '{ "plugins": [] }\n' });
    await publish({ ...weather('1.0.0'), name: '@acme/rustic-plugin-tool-tampered' });
    registry.tamper('@acme/rustic-plugin-tool-tampered', '1.0.0');
    // What was published from here lies whole in npm's cache.
    project.env['npm_config_cache'] = join(project.home, 'cache');
    const { code, stderr } = await project.rustic('add', '@acme/rustic-plugin-tool-tampered', '--yes');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('EINTEGRITY') });
    expect(project.read('rustic.json')).toBe('{ "plugins": [] }\n');
  });

  it('run once with rustic try, and nothing stays', async () => {
    const project = await createComposer(registry);
    await publish({ ...weather('1.0.0'), name: '@acme/rustic-plugin-tool-tried' });
    project.write('scenario.yaml', scenario);
    const bare = await project.rustic('try', '@acme/rustic-plugin-tool-tried', 'hello', '--yes');
    expect({ code: bare.code, installed: bare.stderr.split('\n')[0] }).toEqual({
      code: 0,
      installed: 'npm: install @acme/rustic-plugin-tool-tried',
    });
    expect(readdirSync(project.folder)).toEqual(['scenario.yaml']);
    const trust = readFileSync(join(project.home, 'rustic/state/trust.json'), 'utf8');
    expect(JSON.parse(trust)).toEqual({ folders: {} });
    const refused = await project.rustic('try', '@acme/rustic-plugin-tool-tried', 'hello');
    expect(refused).toMatchObject({ code: 5, stdout: '' });
  });

  it('are found by their keyword, and official ones offline', async () => {
    const project = await createComposer(registry);
    await publish({ ...weather('1.0.0'), name: '@acme/rustic-plugin-tool-found' });
    const { code, stdout } = await project.rustic('search', 'found', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual({
      name: '@acme/rustic-plugin-tool-found',
      version: '1.0.0',
      description: 'The weather of a place.',
      official: false,
    });
    expect((await project.rustic('search', 'shell', '--offline')).stdout).toMatch(/^tool-shell \d+\.\d+\.\d+: /m);
    project.env['npm_config_registry'] = 'http://127.0.0.1:9';
    const offline = await project.rustic('search', 'shell');
    expect(offline).toMatchObject({ code: 0, stdout: expect.stringContaining('tool-shell ') });
    expect(offline.stderr).toContain('The registry was not asked: ');
  });
});
