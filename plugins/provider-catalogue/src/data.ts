import type { ModelFacts } from '@rustic-ai/kernel/contracts';

const seen = '2026-11-22';
const all = { tools: true, images: true, reasoning: true, structuredOutput: true, caching: true } as const;
const million = 1_000_000;

/** Pages of the vendor, one for each model. */
const claude = (model: string) => `https://platform.claude.com/docs/en/models/${model}/overview`;
const claudePrices = 'https://platform.claude.com/docs/en/about-claude/pricing';
const claudeModels = 'https://platform.claude.com/docs/about-claude/models/whats-new-opus-5';
const claudeOverview = 'https://platform.claude.com/docs/about-claude/models/overview';
const openaiPrices = 'https://developers.openai.com/api/docs/pricing';
const openaiTold = `${openaiPrices}, as told by PromptFuel 1.0.19, 2026-09-07`;
const gpt6 = `https://docs.litellm.ai/blog/gpt_6_sol_luna; ${openaiPrices}, as told by PromptFuel 1.0.21, 2026-09-23; the second price as told by BerriAI/litellm, discussion 42523`;
const gpt62 = `https://docs.laozhang.ai/en/announcements/gpt-6-2-2026-11, which says it is ${openaiPrices}`;
const gateway = (model: string) => `https://vercel.com/ai-gateway/models/${model}`;
const reading = { tools: true, images: true } as const;

/**
 * What is known without asking a vendor. Whatever a source did not say is left out; where a vendor charges more for long
 * requests and the source does not say how much, `longPrice` has no price in it, so that their cost is unknown as well.
 * Models that run on one's own machine have no list price and no fixed window: they have no entry.
 *
 * Unit: USD for a million tokens, of the vendor's standard tier.
 * Source: each entry's own, as read in a stored copy on the date beside it.
 */
export const builtIn: readonly ModelFacts[] = [
  {
    model: 'anthropic/claude-fable-5-1',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 10, outputUsd: 50 },
    capabilities: { reasoning: true },
    source: `${claude('haiku-5-5')}, "How it compares"`,
    date: seen,
  },
  {
    model: 'anthropic/claude-opus-5-5',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 4, outputUsd: 20 },
    capabilities: { ...reading, reasoning: true },
    source: claudeModels,
    date: seen,
  },
  {
    model: 'anthropic/claude-opus-5',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 5, outputUsd: 25, cachedInputUsd: 0.5, cacheWriteUsd: 6.25 },
    capabilities: { ...reading, reasoning: true, caching: true },
    source: claudeModels,
    date: seen,
  },
  {
    model: 'anthropic/claude-sonnet-5-5',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 2, outputUsd: 10 },
    capabilities: { ...reading, reasoning: true },
    source: claudeModels,
    date: seen,
  },
  {
    model: 'anthropic/claude-haiku-5-5',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 0.1, outputUsd: 0.5, cacheWriteUsd: 0.125 },
    longPrice: { aboveTokens: 100_000, inputUsd: 0.5, outputUsd: 2.5, cacheWriteUsd: 0.625 },
    capabilities: { ...reading, reasoning: true },
    source: claude('haiku-5-5'),
    date: seen,
  },
  {
    model: 'anthropic/claude-opus-4-8',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 5, outputUsd: 25, cachedInputUsd: 0.5, cacheWriteUsd: 6.25 },
    capabilities: { ...reading, caching: true },
    source: `${claude('opus-4-8')}; ${claudePrices}`,
    date: seen,
  },
  {
    model: 'anthropic/claude-opus-4-5',
    price: { inputUsd: 5, outputUsd: 25, cachedInputUsd: 0.5, cacheWriteUsd: 6.25 },
    capabilities: { ...reading, caching: true },
    source: claudePrices,
    date: seen,
  },
  {
    model: 'anthropic/claude-sonnet-4-6',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 3, outputUsd: 15, cachedInputUsd: 0.3, cacheWriteUsd: 3.75 },
    capabilities: { ...reading, reasoning: true, caching: true },
    source: `${claude('sonnet-4-6')}; ${claudePrices}`,
    date: seen,
  },
  {
    model: 'anthropic/claude-opus-4-6',
    contextTokens: million,
    outputTokens: 128_000,
    price: { inputUsd: 5, outputUsd: 25 },
    capabilities: { ...reading, reasoning: true },
    source: `${claude('opus-4-6')}; ${claudeOverview}`,
    date: seen,
  },
  {
    model: 'anthropic/claude-sonnet-4-5',
    contextTokens: 200_000,
    outputTokens: 64_000,
    price: { inputUsd: 3, outputUsd: 15, cachedInputUsd: 0.3, cacheWriteUsd: 3.75 },
    capabilities: { ...reading, reasoning: true, caching: true },
    source: `${claude('sonnet-4-5')}; ${claudePrices}`,
    date: seen,
  },
  {
    model: 'anthropic/claude-haiku-4-5',
    contextTokens: 200_000,
    outputTokens: 64_000,
    price: { inputUsd: 1, outputUsd: 5, cachedInputUsd: 0.1, cacheWriteUsd: 1.25 },
    capabilities: { ...reading, reasoning: true, caching: true },
    source: `${claude('haiku-4-5')}; ${claudePrices}`,
    date: seen,
  },
  {
    model: 'openai/gpt-6.2-astra',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    price: { inputUsd: 8, outputUsd: 40 },
    longPrice: { aboveTokens: 272_000 },
    capabilities: { reasoning: true },
    source: gpt62,
    date: seen,
  },
  {
    model: 'openai/gpt-6.2-sol',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    price: { inputUsd: 2, outputUsd: 10 },
    longPrice: { aboveTokens: 272_000 },
    capabilities: { reasoning: true },
    source: gpt62,
    date: seen,
  },
  {
    model: 'openai/gpt-6-astra',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    price: { inputUsd: 10, outputUsd: 50, cachedInputUsd: 1 },
    longPrice: { aboveTokens: 272_000 },
    capabilities: { reasoning: true },
    source: `${gateway('gpt-6-astra')}; ${openaiTold}`,
    date: seen,
  },
  {
    model: 'openai/gpt-6-sol',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    price: { inputUsd: 2, outputUsd: 10, cachedInputUsd: 0.2, cacheWriteUsd: 2.5 },
    longPrice: { aboveTokens: 272_000, inputUsd: 4, outputUsd: 15, cachedInputUsd: 0.4 },
    capabilities: { ...reading, reasoning: true },
    source: gpt6,
    date: seen,
  },
  {
    model: 'openai/gpt-6-luna',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    price: { inputUsd: 0.1, outputUsd: 0.5, cachedInputUsd: 0.01, cacheWriteUsd: 0.125 },
    longPrice: { aboveTokens: 272_000, inputUsd: 0.2, outputUsd: 0.75, cachedInputUsd: 0.02 },
    capabilities: { ...reading, reasoning: true },
    source: gpt6,
    date: seen,
  },
  {
    model: 'openai/gpt-5.6-terra',
    contextTokens: 1_050_000,
    outputTokens: 128_000,
    price: { inputUsd: 2, outputUsd: 12, cachedInputUsd: 0.2 },
    longPrice: { aboveTokens: 272_000 },
    capabilities: all,
    source: gateway('gpt-5.6-terra'),
    date: seen,
  },
  {
    model: 'openai/gpt-5.6-luna',
    price: { inputUsd: 0.2, outputUsd: 1.2, cachedInputUsd: 0.02 },
    longPrice: { aboveTokens: 272_000 },
    source: openaiTold,
    date: seen,
  },
  {
    model: 'openai/gpt-5',
    contextTokens: 400_000,
    price: { inputUsd: 1.25, outputUsd: 10, cachedInputUsd: 0.125 },
    source: `${openaiPrices}, as listed by docs.rs/openai-cost and, for the cache, by docs.rs/adk-model`,
    date: seen,
  },
  {
    model: 'openai/gpt-5-mini',
    contextTokens: 400_000,
    price: { inputUsd: 0.25, outputUsd: 2, cachedInputUsd: 0.025 },
    source: 'https://github.com/github/docs, data/tables/copilot/models-and-pricing.yml',
    date: seen,
  },
  {
    model: 'google/gemini-2.5-pro',
    contextTokens: 1_048_576,
    price: { inputUsd: 1.25, outputUsd: 10 },
    longPrice: { aboveTokens: 200_000, inputUsd: 2.5, outputUsd: 15 },
    source: 'https://ai.google.dev/gemini-api/docs/pricing, as listed by docs.rs/gemini-cost',
    date: seen,
  },
  {
    model: 'grok/grok-4.3',
    contextTokens: million,
    price: { inputUsd: 1.25, outputUsd: 2.5 },
    longPrice: { aboveTokens: 200_000 },
    capabilities: { ...reading, reasoning: true, caching: true },
    source: `https://docs.x.ai/developers/models, as told by genai_otel_instrument 1.2.2; ${gateway('grok-4.3')}`,
    date: seen,
  },
  {
    model: 'grok/grok-4',
    contextTokens: 256_000,
    price: { inputUsd: 3, outputUsd: 15 },
    longPrice: { aboveTokens: 128_000 },
    capabilities: { ...reading, reasoning: true, structuredOutput: true },
    source: 'https://openrouter.ai/x-ai/grok-4',
    date: seen,
  },
];
