import { strict as assert } from 'node:assert';
import type { ModelCatalogue, ModelFacts, ModelPrice } from '../contracts/catalogue.js';
import type { Usage } from '../contracts/content.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** What the suite needs of a service `model.catalogue`: one that knows some models. */
export interface CatalogueSubject {
  open(): Promise<{ readonly catalogue: ModelCatalogue; close(): Promise<void> }>;
}
const rule = (id: string, says: string, check: (catalogue: ModelCatalogue) => void): Rule<CatalogueSubject> => ({
  id,
  says,
  async run(subject) {
    const { catalogue, close } = await subject.open();
    try {
      check(catalogue);
    } finally {
      await close();
    }
  },
});

const tokens = 1_000;
const taking = (more: Partial<Usage> = {}): Usage => ({ inputTokens: 0, outputTokens: 0, ...more });
/** A price may be off by what numbers can not hold. Unit: USD. */
const isAbout = (found: number | undefined, wanted: number, what: string) =>
  assert.ok(found !== undefined && Math.abs(found - wanted) < 1e-9, `${what} costs ${String(found)}, not ${wanted}`);
const priceOf = (perMillion: number) => (tokens * perMillion) / 1_000_000;
const perModel = (check: (facts: ModelFacts, catalogue: ModelCatalogue) => void) => (catalogue: ModelCatalogue) => {
  for (const facts of catalogue.list()) check(facts, catalogue);
};
/** What a thousand tokens of each kind cost, and what the price of that kind is called. */
const kinds: readonly (readonly [keyof ModelPrice, Usage])[] = [
  ['inputUsd', taking({ inputTokens: tokens })],
  ['outputUsd', taking({ outputTokens: tokens })],
  ['cachedInputUsd', taking({ inputTokens: tokens, cachedInputTokens: tokens })],
  ['cacheWriteUsd', taking({ inputTokens: tokens, cacheWriteTokens: tokens })],
];

/** What every catalogue promises, rule by rule. */
export const catalogueSuite: readonly Rule<CatalogueSubject>[] = [
  rule('list', 'lists every model once, by name', (catalogue) => {
    const names = catalogue.list().map(({ model }) => model);
    assert.ok(names.length > 0, 'it knows no model');
    assert.deepEqual(names, [...new Set(names)].toSorted());
  }),
  rule(
    'source',
    'says of each model where that was read, and when',
    perModel(({ model, source, date }) => {
      assert.match(source, /\S{2,}/, model);
      assert.match(date, /^\d{4}-\d\d-\d\d$/, model);
    }),
  ),
  rule(
    'numbers',
    'has limits above zero and no price below it',
    perModel(({ model, contextTokens = 1, outputTokens = 1, price = {}, longPrice }) => {
      for (const limit of [contextTokens, outputTokens, longPrice?.aboveTokens ?? 1])
        assert.ok(Number.isInteger(limit) && limit > 0, `${model} has a limit of ${limit}`);
      const { aboveTokens: _, ...long } = longPrice ?? { aboveTokens: 1 };
      for (const usd of [...Object.values(price), ...Object.values(long)])
        assert.ok(Number.isFinite(usd) && usd >= 0, `${model} has a price of ${String(usd)}`);
    }),
  ),
  rule(
    'find',
    'finds each model by its name, and nothing by a name that is only like it',
    perModel((facts, catalogue) => {
      assert.deepEqual(catalogue.find(facts.model), facts);
      for (const name of [`${facts.model}-of-nobody`, `x${facts.model}`, ''])
        assert.equal(catalogue.find(name), undefined, `it finds "${name}"`);
    }),
  ),
  rule('snapshot', 'knows a dated snapshot as its plain name, unless it is listed itself', (catalogue) => {
    for (const facts of catalogue.list())
      for (const dated of ['-2026-01-31', '-20260131', '-latest'].map((end) => facts.model + end)) {
        const own = catalogue.list().find(({ model }) => model === dated);
        assert.deepEqual(catalogue.find(dated), own ?? facts);
      }
  }),
  rule(
    'cost',
    'counts each kind of tokens at its own price',
    perModel(({ model, price = {}, longPrice }, { cost }) => {
      if (longPrice && longPrice.aboveTokens < tokens) return;
      for (const [kind, usage] of kinds) {
        const usd = price[kind];
        if (usd !== undefined) isAbout(cost(model, usage), priceOf(usd), `${kind} of ${model}`);
      }
    }),
  ),
  rule('unknown', 'gives no cost where a price that it needs is unknown', (catalogue) => {
    assert.equal(catalogue.cost('nobody/nothing', taking({ inputTokens: 1 })), undefined);
    for (const { model, price = {}, longPrice } of catalogue.list())
      if (!longPrice || longPrice.aboveTokens >= tokens)
        for (const [kind, usage] of kinds)
          if (price[kind] === undefined) assert.equal(catalogue.cost(model, usage), undefined, `${kind} of ${model}`);
  }),
  rule(
    'long',
    'counts a long request at its own price, all of it, and at none that is unknown',
    perModel(({ model, longPrice, price }, { cost }) => {
      if (!longPrice || price?.inputUsd === undefined) return;
      const { aboveTokens, inputUsd } = longPrice;
      const at = (inputTokens: number) => cost(model, taking({ inputTokens }));
      isAbout(at(aboveTokens), (aboveTokens * price.inputUsd) / 1_000_000, `as much as ${model} takes at its price`);
      if (inputUsd === undefined) assert.equal(at(aboveTokens + 1), undefined, model);
      else isAbout(at(aboveTokens + 1), ((aboveTokens + 1) * inputUsd) / 1_000_000, `a long request to ${model}`);
    }),
  ),
];

/** Registers the suite for one catalogue. */
export const describeCatalogue = (subject: CatalogueSubject, runner: Runner): void =>
  describeSuite('model.catalogue', catalogueSuite, subject, runner);
