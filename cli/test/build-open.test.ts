import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildProduct, filesIn, small } from './built.js';
import { createProject } from './project.js';

const turns = [{ when: 'greet', calls: [{ tool: 'greet' }] }, { say: 'Done.' }];
const manifest = {
  apiVersion: 1,
  id: 'tool-greeter',
  contributes: {
    tool: {
      greet: {
        summary: 'Greets',
        input: { type: 'object' },
        effects: { kind: 'none', idempotent: true, openWorld: false },
      },
    },
  },
  permissions: [{ action: 'net', match: 'greetings.example', reason: 'asks for the greeting of the day' }],
};
const code = (text: string) =>
  `export default { setup: () => ({ tool: { greet: { run: () => ({ parts: [{ type: 'text', text: '${text}' }] }) } } }) };`;
/** A product, and a plugin that its user has. */
async function openShop(...args: string[]) {
  const project = await createProject({ composition: small(), turns, locked: true });
  const shop = await buildProduct(project, 'folder', ...args);
  const other = await createProject({ composition: false, modules: false });
  const plugin = join(other.folder, 'greeter');
  other.write('greeter/package.json', {
    name: 'rustic-plugin-tool-greeter',
    version: '1.0.0',
    type: 'module',
    exports: { '.': './dist/index.js' },
    rustic: { manifest },
  });
  other.write('greeter/dist/index.js', code('Good day.'));
  shop.write('scenario.json', { turns });
  const greet = () => shop.run('run', 'greet', '--allow', 'tool greet', '--output-format', 'stream-json');
  return { shop, plugin, greet };
}

it('a product takes plugins of its user, with a consent and a lock of their own', async () => {
  const { shop, plugin, greet } = await openShop('--open');
  expect((await greet()).stdout).not.toContain('Good day.');
  const refused = await shop.run('add', plugin);
  expect(refused).toMatchObject({ code: 5, stdout: expect.stringContaining('net greetings.example') });
  expect([...filesIn(shop.home).keys()].filter((file) => /plugins\.(json|lock)$/.test(file))).toEqual([]);
  const added = await shop.run('add', plugin, '--yes');
  expect(added).toMatchObject({ code: 0, stderr: '' });
  expect((await greet()).stdout).toContain('Good day.');
  expect((await shop.run('list')).stdout).toContain('tool-greeter@1.0.0');
  expect((await shop.run('doctor')).code).toBe(0);
  expect((await shop.run('remove', 'tool-greeter', '--yes')).code).toBe(0);
  expect((await greet()).stdout).not.toContain('Good day.');
});

it('a lock that was changed behind the back of its user does not act', async () => {
  const { shop, plugin, greet } = await openShop('--open');
  await shop.run('add', plugin, '--yes');
  const lock = join(shop.home, 'own/config/plugins.lock');
  writeFileSync(lock, readFileSync(lock, 'utf8').replace('greetings.example', 'elsewhere.example'));
  const ran = await greet();
  expect(ran.stdout).not.toContain('Good day.');
  expect(ran.stdout).toContain('RUSTIC_LOCK_ALTERED');
});

it('a plugin with the id of one that is built in is refused', async () => {
  const { shop, plugin } = await openShop('--open');
  const file = join(plugin, 'package.json');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('tool-greeter', 'agent-loop'));
  const refused = await shop.run('add', plugin, '--yes');
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('RUSTIC_PLUGIN_DUPLICATE');
});

it('one that was not built open takes none, and holds nothing that could', async () => {
  const { shop, plugin } = await openShop();
  expect(await shop.run('add', plugin, '--yes')).toMatchObject({ code: 2, stdout: '' });
  const all = [...filesIn(join(shop.at, 'app')).values()].map(String).join('\n');
  expect(all.includes('Agree to this?')).toBe(false);
});

it('what a user adds changes nothing of what is built in and locked', async () => {
  const { shop, plugin, greet } = await openShop('--open', '--settings', 'locked');
  expect((await shop.run('add', plugin, '--yes')).code).toBe(0);
  const file = join(shop.home, 'own/config/plugins.json');
  const text = JSON.parse(readFileSync(file, 'utf8')) as object;
  const rules = [{ effect: 'allow', action: 'exec', match: '**' }];
  writeFileSync(file, JSON.stringify({ ...text, permissions: { rules } }));
  await shop.run('add', plugin, '--yes');
  expect((await greet()).stdout).toContain('Good day.');
  const explained = await shop.run('permissions', 'explain', 'make all', '--json');
  expect(JSON.parse(explained.stdout)).toMatchObject({ decision: 'ask' });
});

it('an operation has the name in a product that it has in the composition, also beside one of its user', async () => {
  const named = (id: string) => ({
    name: `acme-${id}`,
    manifest: { ...manifest, id, permissions: [] },
    code: code(`From ${id}.`),
  });
  const written = [named('own')];
  const own = { package: 'acme-own', rename: { tool: { greet: 'welcome' } } };
  const project = await createProject({ composition: small([own]), turns, written, locked: true });
  const shop = await buildProduct(project, 'folder', '--open');
  const welcome = [{ calls: [{ tool: 'welcome' }] }, { calls: [{ tool: 'greet' }] }, { say: 'Done.' }];
  shop.write('scenario.json', { turns: welcome });
  const allow = ['--allow', 'tool welcome', '--allow', 'tool greet'];
  const run = () => shop.run('run', 'hello', ...allow, '--output-format', 'stream-json');
  const alone = await run();
  expect(alone.stdout).toContain('From own.');
  expect((await shop.run('list')).stdout).toContain('provides: tool welcome\n');
  project.write('other/package.json', {
    name: 'acme-other',
    version: '1.0.0',
    type: 'module',
    exports: { '.': './dist/index.js' },
    rustic: { manifest: { ...manifest, id: 'other', permissions: [] } },
  });
  project.write('other/dist/index.js', code('From other.'));
  expect(await shop.run('add', join(project.folder, 'other'), '--yes')).toMatchObject({ code: 0 });
  const both = await run();
  for (const id of ['own', 'other']) expect(both.stdout).toContain(`From ${id}.`);
  const clash = await shop.run('add', join(project.folder, 'other'), '--yes', '--rename', 'tool/greet=welcome');
  expect(clash).toMatchObject({ code: 3, stderr: expect.stringContaining('with --rename tool/greet=other_greet\n') });
});
