import type { ModelFacts, Usage } from '@rustic-ai/kernel/contracts';

/**
 * What a call cost. Tokens that came from a cache, or went into one, are a part of `inputTokens`; reasoning is a part of
 * `outputTokens`.
 *
 * Unit: USD. Undefined: a price that it needs is unknown.
 */
export function costOf({ price, longPrice }: ModelFacts, usage: Usage): number | undefined {
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = usage;
  const { inputUsd, outputUsd, cachedInputUsd, cacheWriteUsd } =
    (longPrice && inputTokens > longPrice.aboveTokens ? longPrice : price) ?? {};
  const plain = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens);
  const parts = [
    [plain, inputUsd],
    [cachedInputTokens, cachedInputUsd],
    [cacheWriteTokens, cacheWriteUsd],
    [outputTokens, outputUsd],
  ] as const;
  let usd = 0;
  for (const [tokens, each] of parts) {
    if (tokens === 0) continue;
    if (each === undefined) return undefined;
    usd += (tokens * each) / 1e6;
  }
  return usd;
}
