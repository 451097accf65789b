import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authored, createComposer, createRegistry, pathWithNpm, type Registry } from './compose.js';

const tool = (id: string, name = `${id}_go`) => ({
  id,
  contributes: {
    tool: { [name]: { summary: 'Goes', effects: { kind: 'none', idempotent: true, openWorld: false } } },
  },
});
const goes = (name: string) => `export default { setup: () => ({ tool: { ${name}: { run: () => 'gone' } } }) };`;
const plugin = (id: string, more: object = {}) => ({
  name: `rustic-plugin-${id}`,
  manifest: { ...tool(id.replaceAll('-', '_')), id, ...more },
  code: goes(`${id.replaceAll('-', '_')}_go`),
});
const commented = `{
  // what there is
  "plugins": [
    "@acme/rustic-plugin-base" // the first
  ],
  "permissions": { "rules": [] }, // none yet
}
`;

let registry: Registry;
beforeAll(async () => {
  registry = await createRegistry();
  registry.put({ name: '@acme/rustic-plugin-base', manifest: tool('base'), code: goes('base_go') });
  registry.put(plugin('one', { permissions: [{ action: 'net', match: 'api.example', reason: 'asks there' }] }));
  registry.put({ ...plugin('two'), more: { scripts: { postinstall: 'touch ran' } } });
  const config = {
    type: 'object',
    required: ['city', 'units'],
    properties: { city: { type: 'string', description: 'Where' }, units: { type: 'string', default: 'metric' } },
  };
  registry.put(plugin('asks', { config }));
  registry.put({ ...plugin('clash'), manifest: tool('clash', 'base_go') });
  const storage = { service: { workspace: { summary: 'Files' } } };
  for (const id of ['left', 'right'])
    registry.put({ name: `rustic-plugin-${id}`, manifest: { id, contributes: storage }, code: workspace });
  registry.put({
    name: 'rustic-plugin-needs',
    manifest: { ...tool('needs'), requires: { workspace: { one: 'workspace' } } },
    code: goes('needs_go'),
  });
  registry.put({ name: 'rustic-plugin-plain' });
  registry.put({ ...plugin('broken'), code: 'export default { setup() { throw new Error("no luck"); } };' });
  registry.put({ ...plugin('late'), more: { peerDependencies: { '@rustic-ai/kernel': '^9.0.0' } } });
  registry.put({ ...plugin('early'), more: { peerDependencies: { '@rustic-ai/kernel': '>=0.1.0-next.0 <1' } } });
  registry.put(plugin('tampered'));
  registry.tamper('rustic-plugin-tampered', '1.0.0');
  registry.put({
    ...plugin('stuck'),
    code: 'export default { setup: () => { console.error("it hangs"); return new Promise((r) => setTimeout(r, 60_000)); } };',
  });
});
afterAll(() => registry.close());
const workspace = 'export default { setup: () => ({ service: { workspace: {} } }) };';

/** A project with a plugin, added as anybody would. */
async function added() {
  const files = { 'package.json': '{\n    "name": "mine"\n}\n', 'rustic.json': commented };
  const project = await createComposer(registry, files);
  const { code, stderr } = await project.rustic('add', '@acme/rustic-plugin-base', '--yes');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'npm: install @acme/rustic-plugin-base\n' });
  return project;
}
let first: ReturnType<typeof added> | undefined;
/** Another one just like it: made once, then copied with the trust in its folder. */
async function begun() {
  const { folder, home } = await (first ??= added());
  const project = await createComposer(registry);
  cpSync(folder, project.folder, { recursive: true });
  const trust = readFileSync(join(home, 'rustic/state/trust.json'), 'utf8');
  mkdirSync(join(project.home, 'rustic/state'), { recursive: true });
  writeFileSync(join(project.home, 'rustic/state/trust.json'), trust.replaceAll(folder, project.folder));
  return project;
}
const kept = [
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'rustic.json',
  'rustic.lock',
];
/** The bytes of what counts, and what is installed. */
function stateOf({ folder, home }: { readonly folder: string; readonly home: string }) {
  const bytes = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  const files = Object.fromEntries(kept.map((name) => [name, bytes(join(folder, name))]));
  const modules = join(folder, 'node_modules');
  const installed = existsSync(modules) ? readdirSync(modules).filter((name) => !name.startsWith('.')) : [];
  return { files, installed, all: readdirSync(folder).toSorted(), trust: bytes(join(home, 'rustic/state/trust.json')) };
}

describe('rustic add', () => {
  it('installs, lists, locks and starts a plugin, and comments stay', async () => {
    const project = await begun();
    const { code, stdout } = await project.rustic('add', 'rustic-plugin-one', '--yes');
    expect(code).toBe(0);
    const { digest } = JSON.parse(project.read('rustic.lock')) as { digest: string };
    expect(stdout).toBe(`one@1.0.0
  provides: tool one_go
  may: net api.example (asks there)
  runs: in this process; the gate stops its mistakes, not its malice
rustic.json
    "plugins": [
-     "@acme/rustic-plugin-base" // the first
+     "@acme/rustic-plugin-base", // the first
+     "rustic-plugin-one"
    ],
rustic.lock: 2 plugins, composition ${digest.slice(0, 12)}
Next: rustic run "what is in this folder?"
`);
    expect(project.read('rustic.json')).toBe(
      commented.replace('base" // the first', 'base", // the first\n    "rustic-plugin-one"'),
    );
    expect(JSON.parse(project.read('package.json'))).toMatchObject({ dependencies: { 'rustic-plugin-one': '^1.0.0' } });
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
  });

  it('writes what a link leads to', async () => {
    const project = await begun();
    renameSync(join(project.folder, 'rustic.json'), join(project.folder, 'real.json'));
    symlinkSync('real.json', join(project.folder, 'rustic.json'));
    chmodSync(join(project.folder, 'real.json'), 0o640);
    expect(await project.rustic('add', 'rustic-plugin-one', '--yes')).toMatchObject({ code: 0 });
    expect(readlinkSync(join(project.folder, 'rustic.json'))).toBe('real.json');
    expect(statSync(join(project.folder, 'real.json')).mode & 0o777).toBe(0o640);
    expect(project.read('real.json')).toContain('rustic-plugin-one');
  });

  it('changes nothing the second time', async () => {
    const project = await begun();
    const before = stateOf(project);
    const again = await project.rustic('add', '@acme/rustic-plugin-base');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(stateOf(project)).toEqual(before);
  });

  it('never runs install scripts, and shows them', async () => {
    const project = await begun();
    const { stdout } = await project.rustic('add', 'rustic-plugin-two', '--yes');
    expect(stdout).toContain('not run: rustic-plugin-two: postinstall: touch ran\n');
    expect(existsSync(join(project.folder, 'node_modules/rustic-plugin-two/ran'))).toBe(false);
  });

  it('takes required options from flags, and asks for them on a terminal', async () => {
    const project = await begun();
    const refused = await project.rustic('add', 'rustic-plugin-asks', '--yes');
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('RUSTIC_CONFIG_OPTION: The plugin "asks" needs the option city: Where\n');
    expect(refused.stderr).toContain('Fix: Run the command again with --option city=VALUE\n');
    const terminal = project.terminal('add', 'rustic-plugin-asks');
    await terminal.seen('asks: city (Where): ');
    terminal.type('Ulm\r');
    await terminal.seen('Agree to this? [y/N] ');
    terminal.type('y\r');
    expect(await terminal.ended).toMatchObject({ code: 0 });
    expect(project.read('rustic.json')).toContain('["rustic-plugin-asks", { "city": "Ulm" }]');
    expect(await project.rustic('add', 'rustic-plugin-asks', '--option', 'city=Bonn', '--yes')).toMatchObject({
      code: 0,
    });
    expect(project.read('rustic.json')).toContain('["rustic-plugin-asks", { "city": "Bonn" }]');
  });

  it('takes a folder where it is, and a packed file', async () => {
    const project = await begun();
    authored(join(project.folder, 'own'), { name: 'own', manifest: tool('own'), code: goes('own_go') });
    expect(await project.rustic('add', './own', '--yes')).toMatchObject({ code: 0, stderr: '' });
    expect(project.read('rustic.json')).toContain('"./own"');
    const packed = await fetch(`${registry.url}/rustic-plugin-one/-/rustic-plugin-one-1.0.0.tgz`);
    writeFileSync(join(project.folder, 'one.tgz'), Buffer.from(await packed.arrayBuffer()));
    expect(await project.rustic('add', 'one.tgz', '--yes')).toMatchObject({ code: 0 });
    expect(project.read('rustic.json')).toContain('"rustic-plugin-one"');
  });

  it('shows all of it with --dry-run, and changes nothing', async () => {
    const project = await begun();
    const before = stateOf(project);
    const { code, stdout } = await project.rustic('add', 'rustic-plugin-one', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      plugins: [{ id: 'one', version: '1.0.0', permissions: [{ action: 'net', match: 'api.example' }] }],
      changes: ['one@1.0.0 is new', 'one asks for net api.example (asks there)'],
      diff: expect.arrayContaining(['+     "rustic-plugin-one"']),
    });
    expect(stateOf(project)).toEqual(before);
  });

  it('begins a composition where there is none, and binds the only model', async () => {
    const project = await createComposer(registry);
    const shown = await project.rustic('add', 'provider-openai', '--dry-run', '--json');
    expect(shown).toMatchObject({ code: 0 });
    expect(readdirSync(project.folder)).toEqual([]);
    const { code, stdout } = await project.rustic('add', 'provider-openai', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('may: net https://api.openai.com:443 (asks the model at this address)\n');
    expect(stdout).toMatch(/\nNext: export OPENAI_API_KEY=… && rustic run /);
    expect(project.read('rustic.json')).toContain('"bind": { "model": "openai/gpt-5" }');
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
    const before = stateOf(project);
    const second = await project.rustic('add', 'provider-scripted', '--yes');
    expect(second).toMatchObject({ code: 0 });
    expect(await project.rustic('remove', 'provider-openai', '--yes')).toMatchObject({ code: 0 });
    expect(project.read('rustic.json')).not.toContain('openai');
    expect(await project.rustic('add', 'provider-openai', '--yes')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Fix: Write into rustic.json: "bind": { "model": "openai/gpt-5" };'),
    });
    expect(before.files['package.json']).toContain('"@rustic-ai/plugin-agent-loop"');
  });

  it('knows short names of official plugins only', async () => {
    const project = await begun();
    const { code, stderr } = await project.rustic('add', 'tool-shel', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('There is no official plugin "tool-shel", and any other needs its full name.');
    expect(stderr).toContain('Fix: Did you mean "tool-shell"?\n');
  });

  it('takes a plugin for a prerelease of this kernel', async () => {
    const project = await begun();
    expect(await project.rustic('add', 'rustic-plugin-early', '--yes')).toMatchObject({ code: 0 });
  });

  it('refuses one for another kernel than this one', async () => {
    const project = await begun();
    const more = { peerDependencies: { '@rustic-ai/kernel': '^0.2.0-next.0' } };
    authored(join(project.folder, 'own'), { name: 'own', manifest: tool('own'), code: goes('own_go'), more });
    const { code, stderr } = await project.rustic('add', './own', '--yes');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('RUSTIC_PLUGIN_PEER: ') });
  });

  it('lets --bind settle who provides what several could', async () => {
    const project = await begun();
    for (const name of ['left', 'needs'])
      expect(await project.rustic('add', `rustic-plugin-${name}`, '--yes')).toMatchObject({ code: 0 });
    const before = stateOf(project);
    const { code, stderr } = await project.rustic('add', 'rustic-plugin-right', '--yes');
    expect(code).toBe(3);
    expect(stderr).toContain(
      'RUSTIC_BIND_CHOICE: Several plugins provide "workspace", and none is chosen: left, right.\n',
    );
    expect(stderr).toContain(
      'Fix: Write into rustic.json: "bind": { "workspace": "right" }; rustic add takes it as --bind workspace=right\n',
    );
    expect(stateOf(project)).toEqual(before);
    expect(await project.rustic('add', 'rustic-plugin-right', '--yes', '--bind', 'workspace=left')).toMatchObject({
      code: 0,
    });
    expect(project.read('rustic.json')).toContain('"bind": { "workspace": "left" }');
  });
});

describe('a change that fails leaves every byte', () => {
  it.each([
    ['the package is not there', ['rustic-plugin-nowhere', '--yes'], 1, 'RUSTIC_INSTALL_FAILED'],
    ['its bytes are not what the registry promised', ['rustic-plugin-tampered', '--yes'], 1, 'RUSTIC_INSTALL_FAILED'],
    ['it is no plugin', ['rustic-plugin-plain', '--yes'], 3, 'RUSTIC_PLUGIN_MANIFEST'],
    ['it is made for another kernel', ['rustic-plugin-late', '--yes'], 1, 'RUSTIC_INSTALL_FAILED'],
    ['an option is missing', ['rustic-plugin-asks', '--yes'], 3, 'RUSTIC_CONFIG_OPTION'],
    ['an option is not known', ['rustic-plugin-asks', '--option', 'town=Ulm', '--yes'], 2, 'RUSTIC_USAGE'],
    ['its names are taken', ['rustic-plugin-clash', '--yes'], 3, 'RUSTIC_CAPABILITY_TAKEN'],
    ['nobody agrees', ['rustic-plugin-one'], 5, 'RUSTIC_LOCK_CONSENT_CHANGE'],
    ['it does not start', ['rustic-plugin-broken', '--yes'], 3, 'RUSTIC_PLUGIN_SETUP'],
    ['it is not installed', ['rustic-plugin-one', '--no-install', '--yes'], 3, 'RUSTIC_PLUGIN_UNKNOWN'],
  ])('when %s', async (_, args, exit, error) => {
    const project = await begun();
    const before = stateOf(project);
    const { code, stderr } = await project.rustic('add', ...args);
    expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(`${error}: `) });
    expect(stderr).toContain('Nothing was changed');
    expect(stateOf(project)).toEqual(before);
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
  });

  it.each(['rustic.json.new', 'rustic.lock.new'])('when the disk refuses %s', async (draft) => {
    const project = await begun();
    project.write(`${draft}/in-the-way`, '');
    const before = stateOf(project);
    const { code, stderr } = await project.rustic('add', 'rustic-plugin-one', '--yes');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('RUSTIC_CONFIG_WRITE: ') });
    expect(stateOf(project)).toEqual(before);
  });

  it('when the folder can not be trusted at the end', async () => {
    const project = await begun();
    const before = stateOf(project);
    const env = { RUSTIC_HOME: join(project.folder, 'package.json') };
    const { child, ended } = project.start(['add', 'rustic-plugin-one', '--yes'], { env });
    child.stdin?.end();
    expect((await ended).code).toBe(1);
    expect(stateOf(project)).toEqual(before);
  });

  it('when there was nothing at all', async () => {
    const project = await createComposer(registry);
    const { code } = await project.rustic('add', 'rustic-plugin-nowhere', '--yes');
    expect(code).toBe(1);
    expect(readdirSync(project.folder)).toEqual([]);
  });

  it.each([
    ['SIGINT', 130, 'RUSTIC_INTERRUPTED_CHANGE'],
    ['SIGTERM', 143, 'RUSTIC_TERMINATED_CHANGE'],
  ] as const)('when %s comes while packages are installed', async (signal, exit, error) => {
    const project = await begun();
    const before = stateOf(project);
    const asked = registry.hold('rustic-plugin-one');
    const { child, ended } = project.start(['add', 'rustic-plugin-one', '--yes']);
    await asked;
    child.kill(signal);
    const { code, stderr } = await ended;
    registry.letGo();
    expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(error) });
    expect(stateOf(project)).toEqual(before);
  });

  it('when SIGINT comes while the plugin starts', async () => {
    const project = await begun();
    const before = stateOf(project);
    const { child, ended, seen } = project.start(['add', 'rustic-plugin-stuck', '--yes']);
    await seen('it hangs');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(stateOf(project)).toEqual(before);
  });

  it('when Ctrl+C answers the question', async () => {
    const project = await begun();
    const before = stateOf(project);
    const terminal = project.terminal('add', 'rustic-plugin-one');
    await terminal.seen('Agree to this? [y/N] ');
    terminal.type('\u0003');
    expect((await terminal.ended).code).toBe(130);
    expect(stateOf(project)).toEqual(before);
  });

  it('when the package manager is killed after it has written', async () => {
    const project = await begun();
    const before = stateOf(project);
    const PATH = pathWithNpm('"$NPM" "$@"; case "$*" in *plugin-one*) kill -9 $$ ;; esac');
    const { child, ended } = project.start(['add', 'rustic-plugin-one', '--yes'], { env: { PATH } });
    child.stdin?.end();
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('it ended with SIGKILL') });
    expect(stateOf(project)).toEqual(before);
  });
});

describe('the package manager of the project', () => {
  it.each([
    [
      'pnpm',
      'pnpm-lock.yaml',
      {},
      'add --ignore-scripts rustic-plugin-one',
      'install --ignore-scripts --prefer-offline',
    ],
    ['yarn', 'yarn.lock', {}, 'add --ignore-scripts --non-interactive rustic-plugin-one', 'install --ignore-scripts'],
    [
      'yarn',
      'yarn.lock',
      { packageManager: 'yarn@4.9.1' },
      'add --mode=skip-build rustic-plugin-one',
      'install --mode',
    ],
    ['bun', 'bun.lock', {}, 'add --ignore-scripts rustic-plugin-one', 'install --ignore-scripts'],
  ])('is used, and has its lock file put back: %s, %s, %j', async (program, lockFile, more, added, restored) => {
    const project = await createComposer(registry, {
      'package.json': { name: 'mine', ...more },
      [lockFile]: 'as it was\n',
      'rustic.json': '{ "plugins": [] }\n',
      'node_modules/kept/package.json': { name: 'kept', version: '1.0.0' },
    });
    // Stands in for a program that is not installed here: it notes what it is told, and lets npm do it.
    const line = `echo "$*" >> told; echo changed >> ${lockFile}
case "$1" in add) for last; do :; done; "$NPM" install --no-package-lock --ignore-scripts "$last" ;; esac`;
    const PATH = pathWithNpm(line, program);
    const add = async (...args: string[]) => {
      const { child, ended } = project.start(['add', 'rustic-plugin-one', ...args], { env: { PATH } });
      child.stdin?.end();
      return (await ended).code;
    };
    const before = ['package.json', lockFile, 'rustic.json'].map((name) => project.read(name));
    expect(await add()).toBe(5);
    expect(['package.json', lockFile, 'rustic.json'].map((name) => project.read(name))).toEqual(before);
    expect(project.read('told')).toMatch(new RegExp(`^${added}\n${restored}.*\n$`));
    expect(await add('--yes')).toBe(0);
    expect(project.read(lockFile)).toBe('as it was\nchanged\n');
    expect(existsSync(join(project.folder, 'package-lock.json'))).toBe(false);
  });
});
