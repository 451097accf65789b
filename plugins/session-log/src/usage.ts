import type { SessionAccount, Sessions, SessionStore, Usage, UsageRow } from '@rustic-ai/kernel/contracts';

/** Adds numbers up; of what is no number it keeps whether any was so. */
function addTo(sum: Record<string, number | boolean>, more: Usage): void {
  for (const [name, value] of Object.entries(more) as [string, number | boolean][])
    sum[name] = typeof value === 'number' ? Number(sum[name] ?? 0) + value : Boolean(sum[name]) || value;
}

/** What the accounts of one session say, by day and model. */
function rowsOf(session: string, accounts: readonly SessionAccount[]): readonly UsageRow[] {
  const rows = new Map<string, { -readonly [Key in keyof UsageRow]: UsageRow[Key] }>();
  for (const { ts, told } of accounts) {
    if (told === 'forked') continue;
    const { model, usage } = told;
    const day = ts.slice(0, 10);
    const key = `${day} ${model}`;
    const zero = { inputTokens: 0, outputTokens: 0 };
    const row = rows.get(key) ?? { session, day, model, calls: 0, unpriced: 0, usage: zero };
    rows.set(key, row);
    row.calls++;
    if (usage.costUsd === undefined) row.unpriced++;
    addTo(row.usage as unknown as Record<string, number | boolean>, usage);
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** What a fork copied counts where it was said. */
const own = (accounts: readonly SessionAccount[]): readonly SessionAccount[] =>
  accounts.slice(accounts.findLastIndex(({ told }) => told === 'forked') + 1);

export async function usageIn(
  store: SessionStore,
  { since, before, ...filter }: Parameters<Sessions['usage']>[0],
): Promise<readonly UsageRow[]> {
  const fits = ({ ts }: SessionAccount) =>
    (since === undefined || Date.parse(ts) >= Date.parse(since)) &&
    (before === undefined || Date.parse(ts) < Date.parse(before));
  const sessions = Map.groupBy(await store.accounts(filter), ({ session }) => session);
  return [...sessions].flatMap(([session, accounts]) => rowsOf(session, own(accounts).filter(fits)));
}
