import { strict as assert } from 'node:assert';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Call } from '../capability.js';
import type { FileChanges, SessionTurn } from '../contracts/changes.js';
import type { InCode } from '../compose/in-code.js';
import type { AnyPlugin, Manifest } from '../manifest.js';
import { createTestKernel } from './kernel.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** What keeps changes, and what it stands on, such as a workspace. */
export interface ChangesSubject {
  readonly plugins: readonly InCode[];
  /** Stands in front of the service: for a twin that is broken. Default: the service itself. */
  readonly wrap?: (good: FileChanges) => FileChanges;
}
interface Tried {
  readonly changes: FileChanges;
  /** The absolute real path of a name in the workspace. */
  path(name: string): string;
  /** Records a change in a turn; without one the call is outside a session. */
  record(turn: SessionTurn | undefined, names: readonly string[], make: () => Promise<unknown>): Promise<unknown>;
  /** Writes or, for nothing, removes a file, and records it. */
  put(turn: SessionTurn, name: string, text: string | undefined): Promise<unknown>;
  textOf(name: string): Promise<string | undefined>;
}

const manifest: Manifest = {
  apiVersion: 1,
  id: 'tool-suite',
  contributes: {
    tool: { suite_do: { summary: 'Does it', effects: { kind: 'none', idempotent: false, openWorld: false } } },
  },
};
const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<ChangesSubject> => ({
  id,
  says,
  async run({ plugins, wrap = (good) => good }) {
    let work: (call: Call) => Promise<unknown> = async () => {};
    const doing: AnyPlugin = {
      manifest: async () => ({ default: manifest }),
      setup: () => ({
        tool: { suite_do: { run: async (_: unknown, call: Call) => (await work(call), { parts: [] }) } },
      }),
    };
    const kernel = await createTestKernel({ plugins: [...plugins, doing], answers: [{ outcome: 'once' }] });
    try {
      const changes = wrap(await kernel.service('file.changes'));
      const path = (name: string) => join(kernel.workspace, name);
      const record: Tried['record'] = async (turn, names, make) => {
        let made: unknown;
        let failed: { readonly error: unknown } | undefined;
        work = async (call) => {
          try {
            made = await changes.record(call, { paths: names.map(path), make });
          } catch (error) {
            failed = { error };
          }
        };
        await kernel.use('tool').get('suite_do').invoke({}, kernel.call(), turn);
        if (failed) throw failed.error;
        return made;
      };
      const set = (name: string, text: string | undefined) =>
        text === undefined ? rm(path(name)) : writeFile(path(name), text);
      await check({
        changes,
        path,
        record,
        put: (turn, name, text) => record(turn, [name], () => set(name, text)),
        textOf: (name) => readFile(path(name), 'utf8').catch(() => undefined),
      });
    } finally {
      await kernel.dispose();
    }
  },
});
const one: SessionTurn = { session: 's', turn: 1 };
const two: SessionTurn = { session: 's', turn: 2 };
const undoable = { code: 'RUSTIC_FS_UNDO' };
const gently = { force: false };

/** What `FileChanges` promises, rule by rule. */
export const changesSuite: readonly Rule<ChangesSubject>[] = [
  rule('list', 'lists what became of each file in a turn, by its path', async ({ changes, put, path }) => {
    for (const name of ['b', 'c']) await writeFile(path(name), 'old\n');
    await put(one, 'c', undefined);
    await put(one, 'b', 'new\n');
    await put(one, 'a', 'made\n');
    const all = await changes.list(one);
    assert.deepEqual(
      all.map((change) => [change.path, change.type, change.what]),
      [
        [path('a'), 'made', 'file'],
        [path('b'), 'changed', 'file'],
        [path('c'), 'removed', 'file'],
      ],
    );
    for (const words of ['old', 'new']) assert.ok(all[1]?.diff.includes(words), `the diff lacks "${words}"`);
  }),
  rule('together', 'takes all changes of a file in a turn for one, and none for nothing', async (tried) => {
    const { changes, put, path } = tried;
    await writeFile(path('a'), 'first\n');
    for (const text of ['second\n', 'third\n']) await put(one, 'a', text);
    for (const text of ['made\n', undefined]) await put(one, 'b', text);
    const all = await changes.list(one);
    assert.deepEqual(
      all.map((change) => [change.path, change.type]),
      [[path('a'), 'changed']],
    );
    assert.ok(!all[0]?.diff.includes('second'), 'the diff shows what stood there in between');
  }),
  rule('turns', 'keeps turns and sessions apart', async ({ changes, put, path }) => {
    await put(one, 'a', 'x');
    await put(two, 'b', 'x');
    await put({ session: 't', turn: 1 }, 'c', 'x');
    const pathsOf = async (turn: SessionTurn) => (await changes.list(turn)).map((change) => change.path);
    assert.deepEqual([await pathsOf(one), await pathsOf(two)], [[path('a')], [path('b')]]);
    assert.deepEqual(await pathsOf({ session: 's', turn: 3 }), []);
  }),
  rule('record', 'gives back what a change gives, and throws what it throws', async ({ record, changes, path }) => {
    assert.equal(await record(one, ['a'], async () => 7), 7);
    const cut = new Error('cut');
    const half = record(one, ['b'], async () => {
      await writeFile(path('b'), 'half');
      throw cut;
    });
    await assert.rejects(half, (error) => error === cut);
    assert.deepEqual(
      (await changes.list(one)).map((change) => change.path),
      [path('b')],
    );
  }),
  rule('outside', 'makes a change of a call outside a session', async ({ record, textOf, path }) => {
    await record(undefined, ['a'], () => writeFile(path('a'), 'made'));
    assert.equal(await textOf('a'), 'made');
  }),
  rule('undo', 'puts back what stood there before a turn, and says where', async (tried) => {
    const { changes, put, textOf, path } = tried;
    for (const name of ['b', 'c']) await writeFile(path(name), `old ${name}`);
    await put(one, 'a', 'made');
    for (const text of ['new', 'newer']) await put(one, 'b', text);
    await put(one, 'c', undefined);
    const taken = await changes.undo(one, gently);
    assert.deepEqual(taken.toSorted(), ['a', 'b', 'c'].map(path));
    assert.deepEqual([await textOf('a'), await textOf('b'), await textOf('c')], [undefined, 'old b', 'old c']);
    assert.deepEqual(await changes.list(one), []);
  }),
  rule('undo-nothing', 'refuses to take back a turn that changed nothing', async ({ changes }) => {
    await assert.rejects(changes.undo(one, gently), undoable);
  }),
  rule('undo-since', 'changes nothing when one of the files was changed since', async (tried) => {
    const { changes, put, textOf, path } = tried;
    await mkdir(path('d'));
    for (const name of ['a', 'd/b']) await writeFile(path(name), 'old');
    for (const name of ['a', 'd/b']) await put(one, name, 'new');
    await put(two, 'd/b', 'newer');
    await assert.rejects(changes.undo(one, gently), (error: { readonly code?: string; readonly message?: string }) => {
      assert.equal(error.code, undoable.code);
      assert.ok(error.message?.includes('d/b'), 'it does not say which');
      return true;
    });
    assert.deepEqual([await textOf('a'), await textOf('d/b')], ['new', 'newer']);
    assert.equal((await changes.list(one)).length, 2);
  }),
  rule('undo-force', 'takes back also what was changed since when it is told to', async (tried) => {
    const { changes, put, textOf, path } = tried;
    await writeFile(path('a'), 'old');
    await put(one, 'a', 'new');
    await writeFile(path('a'), 'newer');
    await changes.undo(one, { force: true });
    assert.equal(await textOf('a'), 'old');
  }),
  rule('forget', 'forgets the changes of a session, and of no other', async ({ changes, put, textOf }) => {
    await put(one, 'a', 'x');
    await put({ session: 't', turn: 1 }, 'b', 'x');
    await changes.forget('s');
    assert.deepEqual(await changes.list(one), []);
    assert.equal((await changes.list({ session: 't', turn: 1 })).length, 1);
    assert.equal(await textOf('a'), 'x');
  }),
];

/** Registers the suite for one service `file.changes`. */
export const describeChanges = (subject: ChangesSubject, runner: Runner): void =>
  describeSuite('file.changes', changesSuite, subject, runner);
