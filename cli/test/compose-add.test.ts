import {
  chmodSync,
  existsSync,
  readdirSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { authored, createComposer } from './compose.js';
import { begun, commented, goes, plugin, registry, stateOf, tool } from './compose-plugins.js';

describe('rustic add', () => {
  it('installs, lists, locks and starts a plugin, and comments stay', async () => {
    const project = await begun();
    const { code, stdout } = await project.rustic('add', 'rustic-plugin-one', '--yes');
    expect(code).toBe(0);
    const today = new Date().toISOString().slice(0, 10);
    const { digest } = JSON.parse(project.read('rustic.lock')) as { digest: string };
    expect(stdout).toBe(`one@1.0.0
  provides: tool one_go
  may: net api.example (asks there)
  published: ${today}, less than a day ago
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

  it('says how long ago it was published, where the registry says so', async () => {
    const project = await begun();
    const at = (days: number) => ({ publishedAt: new Date(Date.now() - days * 86_400_000).toISOString() });
    registry().put({ ...plugin('aged'), more: at(40) });
    registry().put({ ...plugin('fresh'), more: at(1.5) });
    registry().put({ ...plugin('ageless'), more: { publishedAt: 'nobody knows' } });
    const old = await project.rustic('add', 'rustic-plugin-aged', '--yes');
    expect(old.stdout).toMatch(/^ {2}published: \d{4}-\d\d-\d\d, 40 days ago$/m);
    const fresh = await project.rustic('add', 'rustic-plugin-fresh', '--dry-run');
    expect(fresh.stdout).toMatch(/^ {2}published: \d{4}-\d\d-\d\d, a day ago$/m);
    const ageless = await project.rustic('add', 'rustic-plugin-ageless', '--yes');
    expect(ageless.stdout).toContain('  published: the registry does not say when\n');
    const again = await project.rustic('add', 'rustic-plugin-aged', '--yes', '--json');
    expect(JSON.parse(again.stdout)).not.toHaveProperty('plugins.0.publishedAt');
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
    renameSync(join(project.folder, 'rustic.lock'), join(project.folder, 'real.lock'));
    symlinkSync('real.lock', join(project.folder, 'rustic.lock'));
    writeFileSync(join(project.folder, 'real.json'), commented);
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    expect(readlinkSync(join(project.folder, 'rustic.lock'))).toBe('real.lock');
    expect(project.read('real.lock')).not.toContain('rustic-plugin-one');
  });

  it('knows the package of a packed file by its whole name', async () => {
    const project = await begun();
    const packed = async (id: string, file: string) => {
      const from = await fetch(`${registry().url}/rustic-plugin-${id}/-/rustic-plugin-${id}-1.0.0.tgz`);
      writeFileSync(join(project.folder, file), Buffer.from(await from.arrayBuffer()));
    };
    await packed('two', 'bone.tgz');
    await packed('one', 'one.tgz');
    for (const [file, id] of [
      ['bone.tgz', 'two'],
      ['one.tgz', 'one'],
    ] as const)
      expect(await project.rustic('add', file, '--yes')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^${id}@1\\.0\\.0\n`)),
      });
    expect(project.read('rustic.json')).toMatch(/"rustic-plugin-two",\n\s*"rustic-plugin-one"\n/);
  });

  it('leaves other files alone, whatever they are called', async () => {
    const project = await begun();
    for (const file of ['rustic.json.new', 'rustic.lock.new']) project.write(file, 'mine');
    expect(await project.rustic('add', 'rustic-plugin-one', '--yes')).toMatchObject({ code: 0 });
    expect(await project.rustic('lock')).toMatchObject({ code: 0 });
    for (const file of ['rustic.json.new', 'rustic.lock.new']) expect(project.read(file)).toBe('mine');
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
    const packed = await fetch(`${registry().url}/rustic-plugin-one/-/rustic-plugin-one-1.0.0.tgz`);
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
    const project = await createComposer(registry());
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

  it('asks on a terminal who provides what several could', async () => {
    const project = await begun();
    const terminal = project.terminal('add', 'rustic-plugin-left', 'rustic-plugin-right', 'rustic-plugin-needs');
    await terminal.seen('Several plugins provide "workspace": left, right. Which shall? [right] ');
    terminal.type('left\r');
    await terminal.seen('Agree to this? [y/N] ');
    terminal.type('y\r');
    expect(await terminal.ended).toMatchObject({ code: 0 });
    expect(project.read('rustic.json')).toContain('"bind": { "workspace": "left" }');
  });

  it('takes no answer that provides nothing, and changes nothing then', async () => {
    const project = await begun();
    const before = stateOf(project);
    const terminal = project.terminal('add', 'rustic-plugin-left', 'rustic-plugin-right', 'rustic-plugin-needs');
    await terminal.seen('Which shall? [right] ');
    terminal.type('middle\r');
    const { code, stdout } = await terminal.ended;
    expect(code).toBe(3);
    expect(stdout).toContain('RUSTIC_BIND_INVALID: The composition binds "workspace" to "middle"');
    expect(stateOf(project)).toEqual(before);
  });
});
