import type { Call } from '@rustic-ai/kernel';
import { type Breaker, resilienceError } from '@rustic-ai/kernel/contracts';
import { describeResilience, resilienceSuite, type ResilienceSubject, scoreOf } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugins.js';

interface Parts {
  breakers(open: readonly Breaker[]): readonly Breaker[];
  refuses(name: string, isOpen: boolean, anyFailed: boolean): boolean;
  readonly tells: number;
}
const good: Parts = { breakers: (open) => open, refuses: (_, isOpen) => isOpen, tells: 1 };

/** A breaker that opens after three failures, for ever. */
const subject = (twin: Partial<Parts> = {}): ResilienceSubject => {
  const { breakers, refuses, tells } = { ...good, ...twin };
  const breaking = plugin(
    {
      id: 'breaking',
      contributes: { service: { resilience: { summary: 'Breaks' } }, hook: { 'tool.run': { stage: 'first' } } },
    },
    ({ hooks }) => {
      const failures = new Map<string, number>();
      const breakerOf = (name: string): Breaker => ({ operation: 'tool', name, state: 'open' });
      const isOpen = (name: string) => (failures.get(name) ?? 0) >= 3;
      const list = () => [...failures.keys()].filter(isOpen).map(breakerOf);
      const around = async (_: unknown, { name }: Call, next: () => Promise<unknown>) => {
        if (refuses(name, isOpen(name), failures.size > 0))
          throw resilienceError('RUSTIC_RESILIENCE_OPEN', { operation: 'tool', name, retryAfterMs: 1 });
        try {
          return await next();
        } catch (error) {
          failures.set(name, (failures.get(name) ?? 0) + 1);
          if (failures.get(name) === 3)
            for (let time = 0; time < tells; time++) await hooks.observe('breaker.changed', breakerOf(name));
          throw error;
        }
      };
      return { service: { resilience: { breakers: () => breakers(list()) } }, hook: { 'tool.run': around } };
    },
  );
  return { plugins: [breaking], failures: 3 };
};

/** One policy or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Partial<Parts>[]> = {
  closed: [
    { breakers: (open) => (open.length > 0 ? open : [{ operation: 'tool', name: 'suite_sound', state: 'open' }]) },
  ],
  open: [{ breakers: () => [] }],
  refuses: [{ refuses: () => false }],
  apart: [{ refuses: (name, isOpen, anyFailed) => isOpen || (anyFailed && name === 'suite_sound') }],
  told: [{ tells: 0 }, { tells: 2 }],
};

describeResilience(subject(), { describe, it });

describe('the resilience suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(resilienceSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on a policy that breaks it (%i), and nothing else', async (id, _, twin) => {
    const { rules } = await scoreOf('resilience', resilienceSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
