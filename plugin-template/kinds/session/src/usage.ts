import type { SessionAccount, Sessions, Usage, UsageRow } from '@rustic-ai/kernel/contracts';

type Told = Exclude<SessionAccount['told'], 'forked'>;

/** The sum of two. Shape: what only one of them tells of is in it as well. */
function plus(a: Usage, b: Usage): Usage {
  const sum: Record<string, number | boolean> = { ...a };
  for (const [name, value] of Object.entries(b) as [string, number | boolean][])
    sum[name] = typeof value === 'number' ? Number(sum[name] ?? 0) + value : value || Boolean(sum[name]);
  return sum as unknown as Usage;
}

/** What accounts come to, by session, day and model. What a fork copied counts where it was said. */
export function usageIn(
  accounts: readonly SessionAccount[],
  { since, before }: Parameters<Sessions['usage']>[0],
): readonly UsageRow[] {
  const isMeant = ({ ts }: SessionAccount) =>
    (since === undefined || Date.parse(ts) >= Date.parse(since)) &&
    (before === undefined || Date.parse(ts) < Date.parse(before));
  const own = [...Map.groupBy(accounts, ({ session }) => session).values()].flatMap((all) =>
    all.slice(all.findLastIndex(({ told }) => told === 'forked') + 1),
  );
  const rows = new Map<string, UsageRow>();
  for (const { session, ts, told } of own.filter(isMeant)) {
    const { model, usage } = told as Told;
    const day = ts.slice(0, 10);
    const key = JSON.stringify([session, day, model]);
    const { calls, unpriced, usage: sum } = rows.get(key) ?? { calls: 0, unpriced: 0, usage: undefined };
    rows.set(key, {
      session,
      day,
      model,
      calls: calls + 1,
      unpriced: unpriced + (usage.costUsd === undefined ? 1 : 0),
      usage: sum ? plus(sum, usage) : usage,
    });
  }
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
