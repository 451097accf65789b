import { describe, expect, it } from 'vitest';
import { createProject, type Project } from './project.js';

const files = ['a', 'B', 'ä', 'z', 'Z', '_', '0', '10', '9', 'deep/I', 'deep/i', 'deep/ı'];
const config = { type: 'object', properties: { table: { type: 'object' }, text: { type: 'string', default: 'ı' } } };
const manifest = (id: string) => ({
  id,
  config,
  permissions: [{ action: 'exec', match: 'git **', reason: 'to keep' }],
  contributes: { hook: { 'tool.call': {} }, tool: { [`${id}_it`]: { summary: 'It' } } },
});
const ids = ['a', 'i', 'z'];
/** The same project, put on disk in another order, by somebody else elsewhere. */
async function made(backwards: boolean, env: NodeJS.ProcessEnv, umask: number): Promise<Project> {
  const order = <T>(list: readonly T[]) => (backwards ? list.toReversed() : list);
  const before = process.umask(umask);
  try {
    const project = await createProject({
      written: order(ids).map((id) => ({ name: `plugin-${id}`, manifest: manifest(id) })),
      composition: {
        plugins: ids.map((id) => [`plugin-${id}`, { table: { z: 1, I: 2, ı: 3, i: 4 } }]),
        bind: { tool: 'a_it' },
        permissions: { rules: [{ effect: 'deny', action: 'exec', match: 'rm **' }] },
      },
      env,
    });
    for (const id of order(ids))
      for (const file of order(files))
        project.write(`node_modules/plugin-${id}/dist/${file}.js`, `export default '${id}${file}';\n`);
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0, stderr: '' });
    return project;
  } finally {
    process.umask(before);
  }
}

describe('rustic.lock', () => {
  it('has the same bytes for the same input, whoever makes it wherever', async () => {
    const one = await made(false, { TZ: 'UTC', LC_ALL: 'C', LANG: 'C' }, 0o022);
    const two = await made(true, { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }, 0o077);
    expect(two.read('rustic.lock')).toBe(one.read('rustic.lock'));
    for (const text of [one.folder, one.home, two.folder, two.home])
      expect(one.read('rustic.lock')).not.toContain(text);
    const hash = async ({ rustic }: Project) =>
      JSON.parse((await rustic('doctor', '--json')).stdout) as { composition: string };
    const { composition } = await hash(one);
    expect(composition).toMatch(/^[0-9a-f]{64}$/);
    expect((await hash(two)).composition).toBe(composition);
    expect((await one.rustic('doctor')).stdout).toContain(`ok     lock: composition ${composition}\n`);
  });

  it('has other bytes when any file a plugin ships is another one, and is not loaded until somebody agrees', async () => {
    const project = await made(false, {}, 0o022);
    const before = project.read('rustic.lock');
    for (const file of ['deep/i.js', 'types.d.ts', 'index.js.map', 'data.json']) {
      project.write(`node_modules/plugin-i/dist/${file}`, `// ${file} changed\n`);
      const { code, stdout } = await project.rustic('lock');
      expect({ code, stdout }, file).toEqual({ code: 5, stdout: 'i@1.0.0 has other content than before\n' });
      expect(project.read('rustic.lock')).toBe(before);
      const doctor = await project.rustic('doctor');
      expect(doctor.stdout).toMatch(/^FAILED content of i: RUSTIC_PLUGIN_CHANGED: .* differs\.$/m);
    }
  });
});

describe('rustic lock asks for consent', () => {
  const front = {
    name: 'front',
    manifest: {
      id: 'front',
      config: { type: 'object', properties: { answers: { type: 'array' } } },
      contributes: { tool: { one: { summary: '1' }, two: { summary: '2' } } },
    },
  };
  const locked = async (composition: object) => {
    const project = await createProject({ written: [front], composition, locked: true });
    return async (next: object) => {
      project.write('rustic.json', next);
      const { code, stdout } = await project.rustic('lock');
      return { code, lines: stdout.trimEnd().split('\n') };
    };
  };

  it('to a binding that is another one, or gone', async () => {
    const lock = await locked({ plugins: ['front'], bind: { tool: 'one' } });
    expect(await lock({ plugins: ['front'], bind: { tool: 'two' } })).toEqual({
      code: 5,
      lines: ['tool is bound to two'],
    });
    expect(await lock({ plugins: ['front'] })).toEqual({ code: 5, lines: ['tool is no longer bound'] });
    expect(await lock({ plugins: ['front'], bind: { tool: 'one' } })).toMatchObject({ code: 0 });
  });

  it('to options that are other ones, with what they are now', async () => {
    const answers = (outcome: string) => ({ plugins: [['front', { answers: [{ match: '**', outcome }] }]] });
    const lock = await locked(answers('deny'));
    expect(await lock(answers('once'))).toEqual({
      code: 5,
      lines: ['front has answers [{"match":"**","outcome":"once"}]'],
    });
    expect(await lock({ plugins: ['front'] })).toEqual({ code: 5, lines: ['front has its default answers'] });
    expect(await lock(answers('deny'))).toMatchObject({ code: 0 });
  });
});
