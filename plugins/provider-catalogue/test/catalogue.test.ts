import type { ModelFacts } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import catalogue from '@rustic-ai/plugin-provider-catalogue';
import { describe, expect, it, onTestFinished } from 'vitest';

async function open(models: readonly Partial<ModelFacts>[] = []) {
  const kernel = await createTestKernel({ plugins: [[catalogue, { models } as never]] });
  onTestFinished(() => kernel.dispose());
  return kernel.service('model.catalogue');
}
const tokens = (inputTokens: number, outputTokens = 0, more: object = {}) => ({ inputTokens, outputTokens, ...more });

describe('the catalogue', () => {
  it('says of each model where it is known from, and when', async () => {
    for (const { model, source, date } of (await open()).list()) {
      expect(model).toMatch(/^(anthropic|openai|google|grok)\/[\w.-]+$/);
      expect(source, model).toMatch(/^https:\/\/\w/);
      expect(date, model).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it('lists every model once, by name, with prices and limits that are above nothing', async () => {
    const all = (await open()).list();
    const names = all.map(({ model }) => model);
    expect(names).toEqual([...new Set(names)].toSorted());
    for (const { model, contextTokens = 1, outputTokens = 1, price = {}, longPrice } of all) {
      expect(contextTokens, model).toBeGreaterThan(0);
      expect(outputTokens, model).toBeGreaterThan(0);
      for (const [name, usd] of Object.entries(price)) expect(usd, `${model} ${name}`).toBeGreaterThan(0);
      if (longPrice) expect(longPrice.aboveTokens, model).toBeGreaterThan(1_000);
    }
  });

  it('knows a dated snapshot by its plain name', async () => {
    const { find } = await open();
    const plain = find('anthropic/claude-haiku-4-5');
    expect(plain).toMatchObject({ contextTokens: 200_000 });
    for (const name of ['-20251001', '-latest']) expect(find(`anthropic/claude-haiku-4-5${name}`)).toBe(plain);
    expect(find('openai/gpt-5-2026-04-01')).toBe(find('openai/gpt-5'));
    expect(find('openai/gpt-5-codex')).toBeUndefined();
  });

  it('counts a cost from what each kind of token costs', async () => {
    const { cost } = await open();
    expect(cost('anthropic/claude-haiku-4-5', tokens(1_000_000, 100_000))).toBeCloseTo(1.5);
    const cached = tokens(1_000_000, 0, { cachedInputTokens: 500_000, cacheWriteTokens: 100_000 });
    expect(cost('anthropic/claude-haiku-4-5', cached)).toBeCloseTo(0.4 + 0.05 + 0.125);
    expect(cost('google/gemini-2.5-pro', tokens(200_000))).toBeCloseTo(0.25);
    expect(cost('google/gemini-2.5-pro', tokens(300_000, 1_000))).toBeCloseTo(0.75 + 0.015);
  });

  it('has no cost where a price that counts is unknown', async () => {
    const { cost } = await open([{ model: 'x/half', price: { inputUsd: 1 } }]);
    expect(cost('x/none', tokens(1, 1))).toBeUndefined();
    expect(cost('x/half', tokens(1, 1))).toBeUndefined();
    expect(cost('x/half', tokens(1_000_000))).toBe(1);
    expect(cost('grok/grok-4', tokens(10, 1, { cachedInputTokens: 5 }))).toBeUndefined();
    expect(cost('openai/gpt-5.6-terra', tokens(272_001, 1))).toBeUndefined();
    expect(cost('openai/gpt-5.6-terra', tokens(272_000, 0))).toBeCloseTo(0.544);
  });

  it('is overridden key by key', async () => {
    const { find, list } = await open([
      { model: 'openai/gpt-5', contextTokens: 7 },
      { model: 'ollama/mine', contextTokens: 8_192 },
    ]);
    expect(find('openai/gpt-5')).toMatchObject({ contextTokens: 7, price: { inputUsd: 1.25 } });
    expect(find('openai/gpt-5')?.source).toMatch(/^options, over https:/);
    expect(find('ollama/mine')).toEqual({
      ...{ model: 'ollama/mine', contextTokens: 8_192, source: 'options', date: 'unknown' },
    });
    expect(list().some(({ model }) => model === 'ollama/mine')).toBe(true);
  });

  it('refuses an option it does not know', async () => {
    const booted = createTestKernel({ plugins: [[catalogue, { models: [{ model: 'x/y', price: { usd: 1 } }] }]] });
    await expect(booted).rejects.toMatchObject({ code: 'RUSTIC_PLUGIN_OPTIONS' });
  });
});
