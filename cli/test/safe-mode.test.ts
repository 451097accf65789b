import { describe, expect, it } from 'vitest';
import { compositionOf, createProject, resultsOf, type WrittenPlugin } from './project.js';

const turns = [
  { when: 'look', calls: [{ tool: 'fs_list' }] },
  { when: 'look', say: 'Seen.' },
  { when: 'odd', calls: [{ tool: 'odd_it' }] },
  { when: 'odd', say: 'Tried.' },
];
const leftOut = (names: string) => `Safe mode: official plugins only; left out: ${names}\n`;
const odd: WrittenPlugin = {
  name: 'rustic-plugin-odd',
  manifest: {
    id: 'odd',
    contributes: { hook: { 'prompt.build': {} }, tool: { odd_it: { summary: 'Something odd' } } },
  },
  code: 'process.stderr.write("odd was imported\\n"); export default { setup: () => { throw new Error("broken"); } };',
};

describe('--safe-mode', () => {
  it('leaves out what is not official, says so on stderr, and never imports it', async () => {
    const project = await createProject({ turns, written: [odd], locked: true });
    const plain = await project.rustic('run', 'look');
    expect(plain.stderr).toContain('odd was imported\n');
    const { code, stdout, stderr } = await project.rustic('run', '--safe-mode', 'look');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Seen.\n' });
    expect(stderr.startsWith(leftOut('rustic-plugin-odd@1.0.0'))).toBe(true);
    expect(stderr).not.toContain('odd was imported');
    await project.rustic('run', '--safe-mode', 'odd');
    expect((await resultsOf(project)).map(({ error }) => error?.code)).toEqual(['RUSTIC_CAPABILITY_NOT_FOUND']);
  });

  it('is there for chat and session resume, and says when nothing is left out', async () => {
    const project = await createProject({ turns, locked: true });
    expect(await project.rustic('chat', '--safe-mode', 'look')).toMatchObject({
      code: 0,
      stdout: 'Seen.\n',
      stderr: expect.stringContaining(leftOut('none')),
    });
    const { stdout } = await project.rustic('session', 'list');
    const resumed = await project.rustic('session', 'resume', '--safe-mode', stdout.slice(0, 17), 'look again');
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining(leftOut('none')) });
  });

  it('falls back on what is official where something else was bound', async () => {
    const contributes = { service: { approver: { summary: 'Says yes' } } };
    const code = `export default { setup: () => ({ service: { approver: { ask: async () => ({ outcome: 'once' }) } } }) };`;
    const yes: WrittenPlugin = { name: '@acme/rustic-plugin-yes', manifest: { id: 'yes', contributes }, code };
    const { plugins } = compositionOf({ turns, written: [yes] });
    const asking = [{ when: 'write', calls: [{ tool: 'fs_write', input: { path: 'a.txt', content: 'text' } }] }];
    const project = await createProject({
      turns: [...asking, { say: 'Done.' }],
      written: [yes],
      composition: { plugins, bind: { approver: 'yes' } },
      locked: true,
    });
    await project.rustic('run', '--safe-mode', 'write');
    expect(() => project.read('a.txt')).toThrow('ENOENT');
    await project.rustic('run', 'write');
    expect(project.read('a.txt')).toBe('text');
  });

  it.each([
    [
      'a service',
      'storage-sqlite',
      { service: { 'session.store': { summary: 'Sessions' } } },
      'CAPABILITY_MISSING',
      '"session.store"',
    ],
    [
      'a model',
      'provider-scripted',
      { model: { 'acme/tiny': { summary: 'A model' } } },
      'CAPABILITY_NOT_FOUND',
      'model',
    ],
  ])('names what the rest can not do without: %s', async (_, official, contributes, error, named) => {
    const acme: WrittenPlugin = { name: '@acme/rustic-plugin-own', manifest: { id: 'own', contributes } };
    const { plugins } = compositionOf({ written: [acme] });
    const others = plugins.filter((plugin) => !JSON.stringify(plugin).includes(official));
    const project = await createProject({ written: [acme], composition: { plugins: others }, locked: true });
    const { code, stdout, stderr } = await project.rustic('run', '--safe-mode', 'look');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.startsWith(leftOut('@acme/rustic-plugin-own@1.0.0'))).toBe(true);
    expect(stderr).toContain(`RUSTIC_${error}`);
    expect(stderr).toContain(named);
    expect(stderr).toContain('Fix: ');
  });
});
