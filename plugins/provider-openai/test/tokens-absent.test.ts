import { registerHooks } from 'node:module';
import { expect, it, onTestFinished } from 'vitest';
import { count } from './count.js';

// A file of its own: what was imported once is no longer looked for.
it('estimates tokens where the tokeniser is not installed', async () => {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.includes('gpt-tokenizer')) return next(specifier, context);
      throw Object.assign(new Error(`Cannot find package ${specifier}`), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
  onTestFinished(() => hooks.deregister());
  const { inputTokens, estimated } = await count('tiktoken is great!');
  expect(estimated).toBe(true);
  expect(inputTokens).toBe((await count('tiktoken is great!', 'qwen3')).inputTokens);
});
