import type { HookTraceRow } from '@rustic-ai/kernel/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { byHand, createProject, lastSession, type Project, type WrittenPlugin } from './project.js';

/** A plugin that taps hooks, each with its order and the body of its function. */
function tapping(id: string, taps: Record<string, { readonly order?: object; readonly body: string }>): WrittenPlugin {
  const hook = Object.fromEntries(Object.entries(taps).map(([name, { order = {} }]) => [name, order]));
  const functions = Object.entries(taps).map(([name, { body }]) => `'${name}': (value) => ${body}`);
  const code = `export default { setup: () => ({ hook: { ${functions.join(', ')} } }) };`;
  return { name: `rustic-plugin-${id}`, manifest: { id, contributes: { hook } }, code };
}
const part = (id: string) =>
  `({ ...value, parts: [...value.parts, { id: '${id}', stability: 'turn', text: '${id}' }] })`;
const written = [
  tapping('late', { 'prompt.build': { order: { stage: 'last' }, body: part('late') } }),
  tapping('idle', { 'prompt.build': { order: { after: ['memory'] }, body: 'value' } }),
  tapping('memory', {
    'prompt.build': { body: part('memory') },
    'tool.result': { body: `({ ...value, parts: [{ type: 'text', text: '[redacted]' }] })` },
  }),
];
const turns = [
  { when: 'look', calls: [{ tool: 'fs_list' }] },
  { when: 'look', say: 'Seen.' },
  { when: 'hello', say: 'Hello.' },
];
const sha = /^[0-9a-f]{64}$/;

let project: Project;
beforeAll(async () => {
  project = await createProject({ turns, written, locked: true });
  expect(await project.rustic('run', 'look')).toMatchObject({ code: 0, stdout: 'Seen.\n' });
  expect(await project.rustic('run', '--continue', 'hello')).toMatchObject({ code: 0, stdout: 'Hello.\n' });
});

describe('rustic hooks', () => {
  it('prints the chain in the order of the calls, and what put each tap there', async () => {
    byHand(project, (db) => {
      db.exec('delete from hook_time');
      db.exec(`insert into hook_time values ('prompt.build', 'memory', 4, 0.5), ('gone.hook', 'memory', 1, 1)`);
    });
    const { code, stdout, stderr } = await project.rustic('hooks', 'prompt.build');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`prompt.build (transform)
  1. memory@1.0.0  normal  0.125 ms, the mean of 4
  2. idle@1.0.0  normal; after memory  not timed yet
  3. late@1.0.0  last  not timed yet
`);
  });

  it('prints every hook with taps, also as JSON', async () => {
    const { stdout } = await project.rustic('hooks');
    expect(stdout.match(/^\S.*$/gm)).toEqual(
      expect.arrayContaining(['prompt.build (transform)', 'tool.result (transform)', 'permission.requested (observe)']),
    );
    const json = await project.rustic('hooks', 'tool.result', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject([
      {
        hook: 'tool.result',
        kind: 'transform',
        taps: [{ plugin: 'memory', version: '1.0.0', stage: 'normal', timed: expect.any(Number) }],
      },
    ]);
  });

  it('says when nobody taps a hook, and suggests one that is close', async () => {
    expect(await project.rustic('hooks', 'tool.call')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No plugin taps tool.call.\n',
    });
    const { code, stderr } = await project.rustic('hooks', 'promt.build');
    expect(code).toBe(2);
    expect(stderr).toContain('There is no hook "promt.build".\nFix: Did you mean "prompt.build"?\n');
  });
});

describe('rustic trace', () => {
  it('says which plugin changed which part of what in a turn', async () => {
    const { session } = await lastSession(project);
    const { code, stdout, stderr } = await project.rustic('trace', '1');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const shown = stdout.replace(/[0-9a-f]{12}(?= )/g, '<digest>').replace(/\d+\.\d{3} ms/g, '<ms>');
    expect(shown.replace(/ call \S+/, ' call <id>')).toBe(
      [
        `session ${session.id}, turn 1`,
        '  prompt.build  memory@1.0.0  /parts/1  nothing -> <digest>  <ms>',
        '  prompt.build  late@1.0.0  /parts/2  nothing -> <digest>  <ms>',
        '  tool.result  memory@1.0.0  /parts/0/text  <digest> -> <digest>  <ms>  call <id>',
        '',
      ].join('\n'),
    );
  });

  it('takes the last turn unless one is named, and prints whole digests as JSON', async () => {
    const { session } = await lastSession(project);
    const { stdout } = await project.rustic('trace', '--json', '--session', session.id.slice(0, -2));
    const said = JSON.parse(stdout) as { changes: readonly HookTraceRow[] };
    expect(said).toMatchObject({ session: session.id, turn: 2 });
    expect(said.changes.map(({ hook, plugin }) => `${hook} ${plugin}`)).toEqual([
      'prompt.build memory',
      'prompt.build late',
    ]);
    for (const change of said.changes)
      expect(change).toMatchObject({ session: session.id, turn: 2, after: expect.stringMatching(sha) });
  });

  it('says when nothing was changed, and which turns there are', async () => {
    const plain = await createProject({ turns, locked: true });
    expect((await plain.rustic('trace')).stderr).toContain('There are no sessions here yet.\nFix: Run: rustic run\n');
    await plain.rustic('run', 'hello');
    const { session } = await lastSession(plain);
    expect(await plain.rustic('trace')).toEqual({
      code: 0,
      stdout: '',
      stderr: `No plugin changed anything in turn 1 of ${session.id}.\n`,
    });
    const { code, stderr } = await plain.rustic('trace', '7');
    expect(code).toBe(2);
    expect(stderr).toContain(`The session ${session.id} has no turn 7.\nFix: Name a turn from 1 to 1.\n`);
    expect(await plain.rustic('trace', 'first')).toMatchObject({ code: 2 });
    expect((await plain.rustic('trace', '--session', 'nope')).stderr).toMatch(/^RUSTIC_SESSION_UNKNOWN: /);
  });

  it('names what is missing where no plugin keeps sessions', async () => {
    const bare = await createProject({ composition: { plugins: [] }, locked: true });
    const { code, stderr } = await bare.rustic('trace');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^RUSTIC_CAPABILITY_MISSING: /);
  });
});
