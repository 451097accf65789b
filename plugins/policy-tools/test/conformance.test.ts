import type { ToolStatistics, ToolStats } from '@rustic-ai/kernel/contracts';
import { describeToolStats, scoreOf, toolStatsSuite, type ToolStatsSubject } from '@rustic-ai/kernel/testing';
import tools from '@rustic-ai/plugin-policy-tools';
import { describe, expect, it } from 'vitest';

/** How broken statistics differ from good ones. */
type Twin = (good: ToolStatistics) => Partial<ToolStatistics>;
const subject = (twin: Twin = () => ({})): ToolStatsSubject => ({
  plugins: [tools],
  wrap: (good) => ({ ...good, ...twin(good) }),
});
const telling =
  (change: (stats: ToolStats) => Partial<ToolStats>): Twin =>
  ({ list }) => ({ list: async () => (await list()).map((stats) => ({ ...stats, ...change(stats) })) });

/** Statistics that break exactly what a rule is about, one for each rule. */
const twins: Record<string, Twin> = {
  calls: telling(({ calls }) => ({ calls: Math.min(calls, 2) })),
  failed: telling(({ failed }) => ({ failed: Math.min(failed, 1) })),
  denied: telling(({ denied, failed }) => ({ denied: 0, failed: failed + denied })),
  late: telling(({ timedOut, failed }) => ({ timedOut: 0, failed: failed + timedOut })),
  order: ({ list }) => ({ list: async () => (await list()).toReversed() }),
  times: telling(({ totalMs }) => ({ longestMs: totalMs + 1 })),
  clear: () => ({ clear: async () => {} }),
};

describeToolStats(subject(), { describe, it });

describe('the tool.stats suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(toolStatsSuite.map(({ id }) => id));
  });
  it.each(Object.entries(twins))('fails "%s" on statistics that break it, and nothing else', async (id, twin) => {
    const { rules } = await scoreOf('tool.stats', toolStatsSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
