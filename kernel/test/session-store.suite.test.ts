import type { NewSessionEntry, SessionInfo, SessionStore } from '@rustic-ai/kernel/contracts';
import { describeSessionStore, sessionStoreSuite } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { referenceSessionStore } from './reference-stores.js';

type Twin = (good: SessionStore) => Partial<SessionStore>;
const only = <T extends object, K extends keyof T>(value: T, keys: readonly K[]) =>
  Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]])) as Pick<T, K>;
const mapInfo = (good: SessionStore, change: (info: SessionInfo) => SessionInfo): Partial<SessionStore> => ({
  create: async (info) => change(await good.create(info)),
  get: async (id) => {
    const info = await good.get(id);
    return info && change(info);
  },
});
const shared = () => {
  const bodies = new Map<string, NewSessionEntry>();
  return (good: SessionStore): Partial<SessionStore> => ({
    append: async (id, entries, expected) => {
      for (const entry of entries) bodies.set(entry.id, entry);
      return good.append(id, entries, expected);
    },
    read: async (id, range) =>
      (await good.read(id, range)).map((entry) => ({ ...entry, body: bodies.get(entry.id)?.body ?? null })),
  });
};

/** One store per rule that breaks exactly what the rule is about. */
const twins: Record<string, Twin> = {
  'create-info': (good) => ({ create: async (info) => ({ ...(await good.create(info)), entries: 1 }) }),
  'create-absent': (good) => mapInfo(good, (info) => ({ title: '', ...info })),
  'create-existing': (good) => ({
    create: async (info) => {
      await good.delete(info.id);
      return good.create(info);
    },
  }),
  'get-unknown': (good) => ({ get: async (id) => (await good.get(id)) ?? Promise.reject(new Error('unknown')) }),
  'append-sequence': (good) => ({ append: async (...given) => (await good.append(...given)) - 1 }),
  'append-per-session': (good) => {
    let total = 0;
    return {
      append: async (id, entries, expected) => {
        await good.append(id, entries, expected);
        return (total += entries.length);
      },
    };
  },
  'append-nothing': (good) => ({
    append: async (id, entries, expected) => (entries.length === 0 ? 0 : good.append(id, entries, expected)),
  }),
  'append-all-or-none': (good) => ({
    append: async (id, entries, expected) => {
      let last = await good.append(id, [], expected);
      for (const entry of entries) last = await good.append(id, [entry]);
      return last;
    },
  }),
  'append-expected': (good) => ({ append: (id, entries, expected) => good.append(id, entries, expected || undefined) }),
  'append-race': (good) => ({
    append: async (id, entries, expected) => {
      await good.append(id, [], expected);
      return good.append(id, entries);
    },
  }),
  'append-concurrent': (good) => ({
    append: async (id, entries, expected) => {
      let last = await good.append(id, entries.slice(0, 1), expected);
      if (entries.length > 1) last = await good.append(id, entries.slice(1));
      return last;
    },
  }),
  'unknown-session': (good) => ({ read: async (id, range) => ((await good.get(id)) ? good.read(id, range) : []) }),
  'read-fields': (good) => ({
    read: async (...given) => (await good.read(...given)).map((entry) => ({ ...entry, type: 'note' as const })),
  }),
  'read-from': (good) => ({
    read: (id, { from, ...range }) => good.read(id, from === undefined ? range : { from: from + 1, ...range }),
  }),
  'read-last': (good) => ({
    read: async (id, { last, ...range }) => (await good.read(id, range)).slice(0, last ?? undefined),
  }),
  'read-leaf': (good) => ({
    read: async (id, { leaf, ...range }) => {
      const all = await good.read(id, range);
      return leaf === undefined ? all : all.slice(0, all.findIndex((entry) => entry.id === leaf) + 1);
    },
  }),
  'body-json': (good) => ({
    read: async (...given) =>
      (await good.read(...given)).map((entry) => {
        try {
          return { ...entry, body: JSON.parse(String(entry.body)) };
        } catch {
          return entry;
        }
      }),
  }),
  'no-sharing': shared(),
  'info-entries': (good) => ({
    list: async (filter) => (await good.list(filter)).map((info) => ({ ...info, entries: 0 })),
  }),
  'info-updated': (good) => mapInfo(good, (info) => ({ ...info, updatedAt: info.createdAt })),
  'list-order': (good) => ({ list: async (filter) => (await good.list(filter)).toReversed() }),
  'list-filter': (good) => ({ list: (filter) => good.list(only(filter, ['project', 'agent', 'before', 'limit'])) }),
  'list-before': (good) => ({ list: (filter) => good.list(only(filter, ['project', 'agent', 'tag', 'limit'])) }),
  'list-limit': (good) => ({ list: (filter) => good.list({ limit: 1000, ...filter }) }),
  'update-given': (good) => ({ update: (id, change) => good.update(id, { tags: [], ...change }) }),
  delete: (good) => {
    const gone = new Set<string>();
    return {
      ...mapInfo(good, (info) => info),
      get: async (id) => (gone.has(id) ? undefined : good.get(id)),
      list: async (filter) => (await good.list(filter)).filter(({ id }) => !gone.has(id)),
      create: async (info) =>
        gone.delete(info.id) ? { ...info, entries: 0, createdAt: '', updatedAt: '' } : good.create(info),
      delete: async (id) => void gone.add(id),
    };
  },
  'search-words': (good) => ({ search: (query, filter) => good.search(query.split(' ')[0] ?? '', filter) }),
  'search-entry': (good) => ({
    search: async (...given) => (await good.search(...given)).map(({ entry }) => ({ entry, snippet: '…' })),
  }),
  'search-order': (good) => ({ search: async (...given) => (await good.search(...given)).toReversed() }),
  'search-filter': (good) => ({ search: (query, filter) => good.search(query, only(filter, ['session', 'limit'])) }),
  'search-deleted': (good) => {
    const kept = referenceSessionStore();
    return {
      create: async (info) => {
        if (!(await kept.get(info.id))) await kept.create(info);
        return good.create(info);
      },
      append: async (id, entries, expected) => {
        await kept.append(id, entries);
        return good.append(id, entries, expected);
      },
      search: (...given) => kept.search(...given),
    };
  },
  'restore-whole': (good) => ({
    restore: async ({ id, ...info }, entries) => {
      await good.create({ id, ...info });
      await good.append(id, entries);
    },
  }),
  'restore-existing': (good) => ({
    restore: async (info, entries) => {
      await good.delete(info.id);
      await good.restore(info, entries);
    },
  }),
  'restore-all-or-none': (good) => ({
    restore: async (info, entries) => {
      await good.restore(info, []);
      for (const entry of entries) await good.append(info.id, [entry]);
    },
  }),
  names: (good) => ({
    update: (id, { tags, ...change }) =>
      good.update(id, { ...change, ...(tags && { tags: tags.map((tag) => tag.toWellFormed()) }) }),
  }),
  'names-odd': (good) => ({
    read: async (...given) =>
      (await good.read(...given)).map((entry) => ({ ...entry, body: Object.assign({}, entry.body) })),
  }),
  'search-dates': (good) => ({
    search: (query, filter) => good.search(query, only(filter, ['session', 'project', 'before', 'limit'])),
  }),
  'hold-alone': (good) => ({
    hold: async (id, wait) => {
      const { release } = await good.hold(`${id}${wait.waitMs}`, wait);
      return { release };
    },
  }),
  'hold-waits': (good) => ({ hold: (id, { waitMs }) => good.hold(id, { waitMs: Math.min(waitMs, 100) }) }),
  accounts: (good) => ({
    accounts: async (filter) => (await good.accounts(filter)).filter(({ told }) => told !== 'forked'),
  }),
  'accounts-filter': (good) => ({ accounts: () => good.accounts({}) }),
  'accounts-deleted': (good) => {
    const all = new Map<string, Awaited<ReturnType<SessionStore['accounts']>>[number]>();
    return {
      accounts: async (filter) => {
        for (const account of await good.accounts(filter)) all.set(`${account.session} ${account.seq}`, account);
        return [...all.values()];
      },
    };
  },
  sizes: (good) => ({
    sizes: async (filter) => new Map([...(await good.sizes(filter))].filter(([, bytes]) => bytes > 0)),
  }),
  'search-data': (good) => ({
    search: async (query, filter) => {
      if (/["'*]/.test(query)) throw new Error('syntax error');
      return good.search(query, filter);
    },
  }),
};
const subject = (twin: Twin = () => ({})) => ({
  async open() {
    const good = referenceSessionStore();
    return { store: { ...good, ...twin(good) }, close: async () => {} };
  },
});

describeSessionStore(subject(), { describe, it });

describe('the session.store suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins).sort()).toEqual(sessionStoreSuite.map(({ id }) => id).sort());
  });
  for (const rule of sessionStoreSuite)
    it(`fails "${rule.id}" on a store that breaks it`, async () => {
      await expect(Promise.resolve(rule.run(subject(twins[rule.id])))).rejects.toThrow();
    });
});
