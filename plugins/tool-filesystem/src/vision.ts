import type { Handles } from '@rustic-ai/kernel';
import type { ModelCatalogue } from '@rustic-ai/kernel/contracts';

/** Whether the composition's model takes images; false where nothing is known, for one that does not fails the turn. */
export const createVision =
  (models: Handles<'model'>, catalogue: ModelCatalogue | undefined): (() => boolean) =>
  () => {
    try {
      const { name, declaration } = models.default;
      const declared = declaration.facts?.capabilities;
      if (Array.isArray(declared)) return declared.includes('images');
      return catalogue?.find(name)?.capabilities?.images ?? false;
    } catch {
      // There is no model, or no choice among several.
      return false;
    }
  };
