import { isRusticError } from '@rustic-ai/kernel';
import type { Json, SessionLog, Sessions } from '@rustic-ai/kernel/contracts';
import {
  createTestKernel,
  describeSessions,
  scoreOf,
  sessionsSuite,
  type SessionsSubject,
} from '@rustic-ai/kernel/testing';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';
import { describe, expect, it } from 'vitest';

/** How a broken service differs from a good one. */
type Twin = (good: Sessions) => Partial<Sessions>;
const subject = (twin: Twin = () => ({})): SessionsSubject => ({
  async open() {
    const kernel = await createTestKernel({ plugins: [memory, sessionLog] });
    const sessions = await kernel.service('session');
    return { sessions: { ...sessions, ...twin(sessions) }, close: () => kernel.dispose() };
  },
});
/** A service whose sessions are broken, however they are come by. */
const logging =
  (change: (log: SessionLog) => Partial<SessionLog>): Twin =>
  (good) => {
    const broken = (log: SessionLog): SessionLog => {
      const changed = change(log);
      // What a log knows of itself changes with it.
      return Object.defineProperties({ ...log, ...changed }, { info: { get: () => changed.info ?? log.info } });
    };
    return {
      create: async (request) => broken(await good.create(request)),
      open: async (id) => broken(await good.open(id)),
      fork: async (id, from) => broken(await good.fork(id, from)),
    };
  };

/** One service per rule that breaks exactly what the rule is about. */
const twins: Record<string, Twin> = {
  create: (good) => ({ create: ({ project: _, ...request }) => good.create(request) }),
  append: (good) => ({
    async create(request) {
      const log = await good.create(request);
      const entries = async () => (await log.entries()).map(({ parent: _, ...entry }) => entry);
      return Object.defineProperties({ ...log, entries }, { info: { get: () => log.info } });
    },
  }),
  open: (good) => ({
    open: async (id) => {
      const exact = (await good.list({})).some((info) => info.id === id);
      if (!exact && !id.endsWith('-')) await good.open('');
      return good.open(id);
    },
  }),
  unknown: (good) => ({
    open: async (id) => good.open((await good.list({})).find((info) => info.id.startsWith(id))?.id ?? id),
  }),
  messages: logging((log) => ({
    messages: async () =>
      (await log.messages()).map(({ role, parts }) => ({ parts, role: role === 'tool' ? 'user' : role })),
  })),
  interrupted: logging((log) => ({
    messages: async () =>
      (await log.messages()).map(({ role, parts }) => ({
        role,
        parts: parts.filter((part) => part.type !== 'tool_result' || part.error === undefined),
      })),
  })),
  busy: logging((log) => ({
    append: (items) => log.append(items).catch(async () => log.entries().then(() => log.append(items))),
  })),
  hold: logging(() => ({ hold: async () => ({ release: async () => {} }) })),
  update: logging((log) => ({ update: (change) => log.update({ title: 'None', ...change }) })),
  search: (good) => ({ search: (query, { session: _, ...filter }) => good.search(query, filter) }),
  fork: (good) => ({
    async fork(id, from) {
      const log = await good.fork(id, from);
      const { project: _, ...info } = log.info;
      return { ...log, info };
    },
  }),
  'fork-path': (good) => ({
    async fork(id, from) {
      const { info } = await good.open(id);
      const all = (await (await good.open(id)).entries()).map(({ session: _, seq: __, ...entry }) => entry);
      const straight = all.map((entry, index) => ({ ...entry, ...(index > 0 && { parent: all[index - 1]!.id }) }));
      if (from?.at !== undefined) return good.fork(id, from);
      await good.delete(id);
      await good.restore(info, straight);
      return good.fork(id);
    },
  }),
  'fork-entry': (good) => ({
    fork: (id, from) =>
      good.fork(id, from).catch((error: unknown) => (isNoEntry(error) ? good.fork(id) : Promise.reject(error))),
  }),
  restore: (good) => ({
    restore: async (info, entries) => {
      if ((await good.list({})).some(({ id }) => id === info.id)) await good.delete(info.id);
      await good.restore(info, entries);
    },
  }),
  delete: (good) => ({ delete: async (id) => ({ ...(await good.delete(id)), id }) }),
  prune: (good) => ({ prune: ({ dryRun: _, ...limits }) => good.prune(limits) }),
  usage: (good) => ({ usage: async (filter) => (await good.usage(filter)).map((row) => ({ ...row, unpriced: 0 })) }),
  'usage-fork': (good) => ({
    usage: async (filter) => {
      const own = await good.usage(filter);
      const [note] = filter.session ? (await (await good.open(filter.session)).entries()).filter(isForkNote) : [];
      return note ? [...(await good.usage({ session: 's-1' })), ...own] : own;
    },
  }),
};
const isNoEntry = (error: unknown) => isRusticError(error) && error.code === 'RUSTIC_SESSION_ENTRY';
const isForkNote = ({ body }: { readonly body: Json }) =>
  typeof body === 'object' && body !== null && 'forkedFrom' in body;

describeSessions(subject(), { describe, it });

describe('the session suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(sessionsSuite.map(({ id }) => id));
  });
  it.each(Object.entries(twins))('fails "%s" on a service that breaks it, and nothing else', async (id, twin) => {
    const { rules } = await scoreOf('session', sessionsSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
