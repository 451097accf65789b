import type { RusticError } from '@rustic-ai/kernel';
import { agentError, type ModelCatalogue, type Usage } from '@rustic-ai/kernel/contracts';

/** What a run may cost. A price that is unknown is no reason to go on. */
export interface Budget {
  /** Throws: `RUSTIC_LIMIT_COST_UNKNOWN` before a model is asked whose price nobody knows. */
  demandPrice(model: string): void;
  /** Why the model may not be asked again after this was spent. Undefined: it may. */
  spent(usage: Usage | undefined, model: string): RusticError | undefined;
}

/** Unit: `limitUsd` in USD. Default: no limit. */
export function createBudget(limitUsd: number | undefined, catalogue: ModelCatalogue | undefined): Budget {
  if (limitUsd === undefined) return { demandPrice: () => {}, spent: () => undefined };
  const unknown = (model: string) => agentError('RUSTIC_LIMIT_COST_UNKNOWN', { model, limitUsd });
  return {
    demandPrice(model) {
      if (catalogue?.cost(model, { inputTokens: 1, outputTokens: 1 }) === undefined) throw unknown(model);
    },
    spent(usage, model) {
      const { costUsd } = usage ?? {};
      if (costUsd === undefined) return unknown(model);
      return costUsd < limitUsd
        ? undefined
        : agentError('RUSTIC_LIMIT_COST', { limitUsd, costUsd, more: 2 * limitUsd });
    },
  };
}
