import { type SessionEntry, type Sessions, type SessionStore, type Usage, usageOf } from '@rustic-ai/kernel/contracts';
import type { UsageRow } from '@rustic-ai/kernel/contracts';
import { inheritedUpTo } from './fork.js';

const addUp = (sum: Usage, more: Usage): Usage => {
  const added: Record<string, number | boolean> = { ...sum };
  for (const [name, value] of Object.entries(more))
    added[name] = typeof value === 'number' ? Number(added[name] ?? 0) + value : Boolean(added[name]) || value;
  return added as unknown as Usage;
};

/** What the entries of one session say of usage, by day and model. */
function rowsOf(session: string, entries: readonly SessionEntry[]): readonly UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const { ts, body } of entries) {
    const told = usageOf(body);
    if (!told) continue;
    const { model, usage } = told;
    const day = ts.slice(0, 10);
    const key = `${day} ${model}`;
    const row = rows.get(key) ?? {
      session,
      day,
      model,
      calls: 0,
      unpriced: 0,
      usage: { inputTokens: 0, outputTokens: 0 },
    };
    rows.set(key, {
      ...row,
      calls: row.calls + 1,
      unpriced: row.unpriced + (usage.costUsd === undefined ? 1 : 0),
      usage: addUp(row.usage, usage),
    });
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Reads one session after the other. */
export async function usageIn(
  store: SessionStore,
  { session, project, since, before }: Parameters<Sessions['usage']>[0],
): Promise<readonly UsageRow[]> {
  const all = await store.list({ ...(project !== undefined && { project }), limit: Number.MAX_SAFE_INTEGER });
  const wanted = all.filter(({ id }) => session === undefined || id === session);
  const rows: UsageRow[] = [];
  for (const { id } of wanted.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const entries = await store.read(id, {});
    const own = entries.slice(inheritedUpTo(entries));
    const fits = ({ ts }: SessionEntry) =>
      (since === undefined || Date.parse(ts) >= Date.parse(since)) &&
      (before === undefined || Date.parse(ts) < Date.parse(before));
    rows.push(...rowsOf(id, own.filter(fits)));
  }
  return rows;
}
