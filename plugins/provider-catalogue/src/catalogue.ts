import type { ModelCatalogue, ModelFacts } from '@rustic-ai/kernel/contracts';
import { costOf } from './cost.js';

/** What vendors put behind a name for a snapshot of the model. Source: the model lists of the five vendors, 2026-11. */
const snapshot = /-(latest|\d{8}|\d{4}-\d{2}-\d{2})$/;

/** What a user knows better. */
export type OwnFacts = Omit<ModelFacts, 'source' | 'date'> & Partial<Pick<ModelFacts, 'source' | 'date'>>;

/** A catalogue of what is built in, with the user's own knowledge over it, key by key. */
export function createCatalogue(builtIn: readonly ModelFacts[], own: readonly OwnFacts[]): ModelCatalogue {
  const models = new Map(builtIn.map((facts) => [facts.model, facts]));
  for (const { source = 'options', date, ...facts } of own) {
    const known = models.get(facts.model);
    const told = { source: known ? `${source}, over ${known.source}` : source, date: date ?? known?.date ?? 'unknown' };
    models.set(facts.model, Object.freeze({ ...known, ...facts, ...told }));
  }
  const find = (model: string) => models.get(model) ?? models.get(model.replace(snapshot, ''));
  return {
    find,
    list: () => [...models.values()].toSorted((a, b) => (a.model < b.model ? -1 : 1)),
    cost(model, usage) {
      const facts = find(model);
      return facts && costOf(facts, usage);
    },
  };
}
