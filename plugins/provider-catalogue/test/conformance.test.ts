import type { ModelCatalogue, ModelFacts } from '@rustic-ai/kernel/contracts';
import {
  catalogueSuite,
  type CatalogueSubject,
  createTestKernel,
  describeCatalogue,
  scoreOf,
} from '@rustic-ai/kernel/testing';
import catalogue from '@rustic-ai/plugin-provider-catalogue';
import { describe, expect, it } from 'vitest';

/** How a broken catalogue differs from a good one. */
type Twin = (good: ModelCatalogue) => Partial<ModelCatalogue>;
const subject = (twin: Twin = () => ({})): CatalogueSubject => ({
  async open() {
    const kernel = await createTestKernel({ plugins: [catalogue] });
    const good = await kernel.service('model.catalogue');
    return { catalogue: { ...good, ...twin(good) }, close: () => kernel.dispose() };
  },
});
const knowing =
  (change: (facts: ModelFacts) => ModelFacts): Twin =>
  ({ list, find }) => ({
    list: () => list().map(change),
    find(model) {
      const found = find(model);
      return found && change(found);
    },
  });

/** One catalogue or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Twin[]> = {
  list: [({ list }) => ({ list: () => list().toReversed() }), ({ list }) => ({ list: () => [...list(), ...list()] })],
  source: [knowing((facts) => ({ ...facts, date: 'long ago' })), knowing((facts) => ({ ...facts, source: '' }))],
  numbers: [knowing((facts) => ({ ...facts, contextTokens: 0 }))],
  find: [({ find }) => ({ find: (model) => find(model.replace(/-of-nobody$/, '')) })],
  snapshot: [({ find }) => ({ find: (model) => find(model.replace(/-latest$/, '-of-nobody')) })],
  cost: [({ cost }) => ({ cost: (model, usage) => half(cost(model, usage), usage.cacheWriteTokens) })],
  unknown: [
    ({ cost }) => ({ cost: (model, usage) => cost(model, usage) ?? (usage.inputTokens > 1_000 ? undefined : 0) }),
  ],
  long: [
    ({ cost }) => ({
      cost: (model, usage) => cost(model, usage.inputTokens > 1_000 ? { ...usage, inputTokens: 1_000 } : usage),
    }),
  ],
};
const half = (usd: number | undefined, of: number | undefined) => (usd === undefined || !of ? usd : usd / 2);

describeCatalogue(subject(), { describe, it });

describe('the model.catalogue suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(catalogueSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on a catalogue that breaks it (%i), and nothing else', async (id, _, twin) => {
    const { rules } = await scoreOf('model.catalogue', catalogueSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
