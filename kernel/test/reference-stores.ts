import {
  type AuditLog,
  type AuditRow,
  checkChain,
  createHolds,
  demandText,
  type Grant,
  type Grants,
  type HookTrace,
  type HookTraceRow,
  type KeyValue,
  type NewSessionEntry,
  type SessionEntry,
  type SessionInfo,
  sessionMoved,
  type SessionStore,
  storageError,
  type TapTimes,
  toldBy,
} from '@rustic-ai/kernel/contracts';

type Kept = { info: SessionInfo; entries: { order: number; json: string }[] };
const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const parse = ({ json }: { json: string }) => JSON.parse(json) as SessionEntry;
const stringsOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(stringsOf)
      : [];

/** The smallest session store that keeps every rule; the broken twins are made from it. */
export function referenceSessionStore(): SessionStore {
  const sessions = new Map<string, Kept>();
  let order = 0;
  const now = () => new Date().toISOString();
  const need = (id: string): Kept => {
    const kept = sessions.get(id);
    if (!kept) throw storageError('RUSTIC_SESSION_UNKNOWN', { session: id });
    return kept;
  };
  const all = () => [...sessions.values()];
  return {
    async create(given) {
      demandText({ id: given.id, title: given.title, tag: given.tags });
      if (sessions.has(given.id)) throw storageError('RUSTIC_SESSION_EXISTS', { session: given.id });
      const info = structuredClone({ ...given, createdAt: now(), updatedAt: now(), entries: 0 });
      sessions.set(given.id, { info: { ...info, updatedAt: info.createdAt }, entries: [] });
      return structuredClone(need(given.id).info);
    },
    get: async (id) => structuredClone(sessions.get(id)?.info),
    list: async ({ project, agent, tag, before, limit = 100 }) =>
      all()
        .map(({ info }) => structuredClone(info))
        .filter((info) => project === undefined || info.project === project)
        .filter((info) => agent === undefined || info.agent === agent)
        .filter((info) => tag === undefined || info.tags.includes(tag))
        .filter((info) => before === undefined || Date.parse(info.updatedAt) < Date.parse(before))
        .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt) || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    async append(session, added: readonly NewSessionEntry[], expectedSeq) {
      const kept = need(session);
      const end = kept.entries.length;
      if (expectedSeq !== undefined && expectedSeq !== end) throw sessionMoved(session, expectedSeq, end);
      demandText({ 'id of an entry': added.map(({ id }) => id) });
      const rows = added.map((entry, index) => JSON.stringify({ session, seq: end + index + 1, ...entry }));
      for (const json of rows) kept.entries.push({ order: order++, json });
      if (rows.length > 0) kept.info = { ...kept.info, entries: kept.entries.length, updatedAt: now() };
      return kept.entries.length;
    },
    async read(session, { from = 1, last, leaf }) {
      let entries = need(session).entries.map(parse);
      if (leaf !== undefined) {
        let wanted: string | undefined = leaf;
        entries = entries
          .toReversed()
          .filter(({ id, parent }) => id === wanted && ((wanted = parent), true))
          .reverse();
      }
      entries = entries.filter(({ seq }) => seq >= from);
      return last === undefined ? entries : entries.slice(Math.max(0, entries.length - last));
    },
    async search(query, { session, project, since, before, limit = 20 }) {
      const wanted = words(query);
      return all()
        .filter(({ info }) => session === undefined || info.id === session)
        .filter(({ info }) => project === undefined || info.project === project)
        .flatMap(({ entries }) => entries)
        .sort((a, b) => b.order - a.order)
        .map((row) => ({ entry: parse(row), text: stringsOf(parse(row).body).join('\n') }))
        .filter(({ entry }) => since === undefined || Date.parse(entry.ts) >= Date.parse(since))
        .filter(({ entry }) => before === undefined || Date.parse(entry.ts) < Date.parse(before))
        .filter(({ text }) => wanted.length > 0 && wanted.every((word) => words(text).includes(word)))
        .slice(0, limit)
        .map(({ entry, text }) => {
          const at = Math.max(0, text.toLowerCase().indexOf(wanted[0] ?? '') - 60);
          return { entry, snippet: text.slice(at, at + 160) };
        });
    },
    accounts: async ({ session, project }) =>
      all()
        .filter(({ info }) => (session ?? info.id) === info.id && (project ?? info.project) === info.project)
        .sort((a, b) => (a.info.id < b.info.id ? -1 : 1))
        .flatMap(({ entries }) => entries.map(parse))
        .flatMap((entry) => {
          const told = toldBy(entry);
          return told ? [{ session: entry.session, seq: entry.seq, ts: entry.ts, told }] : [];
        }),
    async sizes({ project }) {
      const fitting = all().filter(({ info }) => (project ?? info.project) === info.project);
      const sizeOf = ({ entries }: Kept) =>
        entries.reduce((sum, row) => sum + Buffer.byteLength(JSON.stringify(parse(row).body)), 0);
      return new Map(fitting.map((kept) => [kept.info.id, sizeOf(kept)]));
    },
    async update(session, { title, tags }) {
      demandText({ title, tag: tags });
      const kept = need(session);
      const change = { ...(title !== undefined && { title }), ...(tags && { tags: [...tags] }) };
      kept.info = { ...kept.info, ...change, updatedAt: now() };
    },
    async delete(session) {
      sessions.delete(session);
    },
    async restore(info, entries) {
      const { id: session } = info;
      demandText({ id: session });
      if (sessions.has(session)) throw storageError('RUSTIC_SESSION_EXISTS', { session });
      const rows = entries.map((entry, index) => JSON.stringify({ session, seq: index + 1, ...entry }));
      sessions.set(session, {
        info: structuredClone({ ...info, entries: rows.length }),
        entries: rows.map((json) => ({ order: order++, json })),
      });
    },
    hold: createHolds(),
  };
}

/** The smallest key-value service that keeps every rule. */
export function referenceKeyValue(): (plugin: string) => KeyValue {
  const spaces = new Map<string, Map<string, { json: string; version: number }>>();
  return (plugin) => {
    const keys = spaces.get(plugin) ?? new Map<string, { json: string; version: number }>();
    spaces.set(plugin, keys);
    return {
      async get(key) {
        const kept = keys.get(key);
        return kept && { value: JSON.parse(kept.json), version: kept.version };
      },
      async set(key, value, expectedVersion) {
        demandText({ key });
        const found = keys.get(key)?.version ?? 0;
        if (expectedVersion !== undefined && expectedVersion !== found)
          throw storageError('RUSTIC_VALUE_CONFLICT', { key, expected: expectedVersion, found });
        keys.set(key, { json: JSON.stringify(value), version: found + 1 });
        return found + 1;
      },
      async delete(key) {
        keys.delete(key);
      },
      list: async (prefix) => [...keys.keys()].filter((key) => key.startsWith(prefix)).sort(),
    };
  };
}

/** The smallest service `grants` that keeps every rule, over what all who have it open share. */
export const referenceGrants = (kept: Map<string, string>): Grants => ({
  list: async () => [...kept.values()].map((json) => JSON.parse(json) as Grant),
  async add(grant) {
    const json = JSON.stringify(grant);
    kept.delete(grant.id);
    kept.set(grant.id, json);
  },
  revoke: async (id) => kept.delete(id),
});

/** The smallest audit log that keeps every rule. */
export const referenceAudit = (kept: string[]): AuditLog => {
  const rows = () => kept.map((json) => JSON.parse(json) as AuditRow);
  return {
    async append(added) {
      checkChain(added, rows().at(-1));
      kept.push(...added.map((row) => JSON.stringify(row)));
    },
    last: async () => rows().at(-1),
    read: async ({ from = 1, limit = 1_000 }) =>
      rows()
        .filter(({ seq }) => seq >= from)
        .slice(0, limit),
  };
};

/** What all who have a hook trace open share. */
export interface KeptTrace {
  readonly rows: string[];
  readonly times: TapTimes[];
}
/** The smallest hook trace that keeps every rule. */
export const referenceHookTrace = ({ rows: kept, times }: KeptTrace): HookTrace => ({
  async append(rows) {
    kept.push(...rows.map((row) => JSON.stringify(row)));
  },
  async addTimes(added) {
    if (added.some(({ totalMs }) => Number.isNaN(totalMs))) throw new RangeError('no number');
    times.push(...added);
  },
  async times() {
    const groups = Map.groupBy(times, ({ hook, plugin }) => JSON.stringify([hook, plugin]));
    const sums = [...groups.values()].map((group) =>
      group.reduce((a, b) => ({ ...a, timed: a.timed + b.timed, totalMs: a.totalMs + b.totalMs })),
    );
    return sums.sort((a, b) => (a.hook + a.plugin < b.hook + b.plugin ? -1 : 1));
  },
  async read({ session, turn, limit = 1_000 }) {
    const fitting = kept
      .map((json) => JSON.parse(json) as HookTraceRow)
      .filter((row) => (session ?? row.session) === row.session && (turn ?? row.turn) === row.turn);
    return fitting.slice(Math.max(0, fitting.length - limit));
  },
});
