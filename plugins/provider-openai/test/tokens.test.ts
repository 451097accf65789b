import { describe, expect, it, onTestFinished } from 'vitest';
import { count } from './count.js';

/** Around one message: its frame, its role, and the frame of the answer. */
const around = 3 + 1 + 3;

describe('the tokens of a request', () => {
  // Source: OpenAI Cookbook, "How to count tokens with tiktoken": o200k_base on these texts.
  it.each([
    ['tiktoken is great!', 6],
    ['antidisestablishmentarianism', 6],
    ['2 + 2 = 4', 7],
    ['お誕生日おめでとう', 8],
  ])('are those of the encoding: %j', async (text, tokens) => {
    expect(await count(text)).toEqual({ inputTokens: around + tokens, outputTokens: 0, estimated: true });
  });

  it.each(['gpt-4o', 'o3-mini', 'openai/gpt-oss-120b', 'gpt-4.1-mini', 'o1'])(
    'are counted for %s, wherever it runs',
    async (model) => expect((await count('tiktoken is great!', model)).inputTokens).toBe(around + 6),
  );

  it('are estimated for models of others', async () => {
    const { inputTokens, estimated } = await count('tiktoken is great!', 'qwen3');
    expect({ inputTokens, estimated }).not.toEqual({ inputTokens: around + 6, estimated: true });
    expect(estimated).toBe(true);
  });

  it('take what looks like a special token for text', async () => {
    expect((await count('<|endoftext|>')).inputTokens).toBeGreaterThan(around + 1);
  });

  it('of tools, calls and results count as well', async () => {
    const tools = [{ name: 'fs_read', description: 'Reads a file', input: { type: 'object' } }];
    const [bare, tooled] = [await count('hello'), await count('hello', 'gpt-5', { tools })];
    expect(tooled.inputTokens).toBeGreaterThan(bare.inputTokens + 10);
    const call = { type: 'tool_call', id: 'a', name: 'fs_read', input: { path: 'a/long/path/of/a/file.txt' } } as const;
    const result = { type: 'tool_result', id: 'a', output: [{ type: 'text', text: 'what it says' }] } as const;
    const messages = [
      { role: 'assistant', parts: [call] },
      { role: 'tool', parts: [result] },
    ] as const;
    expect((await count('', 'gpt-5', { messages })).inputTokens).toBeGreaterThan(20);
  });

  it('of a megabyte of one letter are counted while others get their turns', async () => {
    let turns = 0;
    const turn = () => void (turns++, (next = setImmediate(turn)));
    let next = setImmediate(turn);
    onTestFinished(() => clearImmediate(next));
    const { inputTokens } = await count('a'.repeat(1_000_000));
    expect(inputTokens).toBeGreaterThan(100_000);
    expect(inputTokens).toBeLessThan(150_000);
    expect(turns).toBeGreaterThan(5);
  });

  it('of characters that end at a chunk are those of whole ones', async () => {
    const emoji = '🦀';
    const odd = await count(`a${emoji.repeat(2_048)}`);
    const even = await count(emoji.repeat(2_048));
    expect(Math.abs(odd.inputTokens - even.inputTokens)).toBeLessThan(10);
  });

  it('are no longer counted once that is cancelled', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await expect(count('a'.repeat(1_000_000), 'gpt-5', {}, controller.signal)).rejects.toThrow('aborted');
  });
});
