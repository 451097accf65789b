import type { FileChanges } from '@rustic-ai/kernel/contracts';
import { changesSuite, type ChangesSubject, scoreOf } from '@rustic-ai/kernel/testing';
import filesystem from '@rustic-ai/plugin-tool-filesystem';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, expect, it } from 'vitest';

/** How a broken service differs from a good one. */
type Twin = (good: FileChanges) => Partial<FileChanges>;
const subject = (twin: Twin = () => ({})): ChangesSubject => ({
  plugins: [workspace, filesystem],
  wrap: (good) => ({ ...good, ...twin(good) }),
});
const bySession = { session: 't', turn: 1 };

/** One service per rule that breaks exactly what the rule is about. */
const twins: Record<string, Twin> = {
  list: ({ list }) => ({ list: async (turn) => (await list(turn)).toReversed() }),
  together: ({ list }) => ({
    list: async (turn) =>
      (await list(turn)).map((change) => ({ ...change, diff: change.diff.replace('first', 'first, second') })),
  }),
  turns: ({ list }) => ({
    list: async (turn) => [...(await list(turn)), ...(turn.turn === 2 ? await list({ ...turn, turn: 1 }) : [])],
  }),
  record: ({ record }) => ({
    record: (call, change) => record(call, { ...change, make: () => change.make().catch(() => undefined as never) }),
  }),
  outside: ({ record }) => ({
    record: async (call, change) => (call.origin.session === undefined ? (undefined as never) : record(call, change)),
  }),
  undo: ({ undo }) => ({ undo: async (turn, options) => (await undo(turn, options)).slice(1) }),
  'undo-nothing': ({ undo, list }) => ({
    undo: async (turn, options) => ((await list(turn)).length === 0 ? [] : undo(turn, options)),
  }),
  'undo-since': ({ undo }) => ({ undo: (turn) => undo(turn, { force: true }) }),
  'undo-force': ({ undo }) => ({ undo: (turn) => undo(turn, { force: false }) }),
  forget: ({ forget, list }) => {
    const gone = new Set<string>();
    return {
      forget: async (session) => {
        gone.add(session);
        await forget(session);
      },
      list: async (turn) => (gone.size > 0 && turn.session === bySession.session ? [] : list(turn)),
    };
  },
};

describe('the file.changes suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(changesSuite.map(({ id }) => id));
  });
  it.each(Object.entries(twins))('fails "%s" on a service that breaks it, and nothing else', async (id, twin) => {
    const { rules } = await scoreOf('file.changes', changesSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
