import { createTestKernel } from '@rustic-ai/kernel/testing';
import openai from '@rustic-ai/plugin-provider-openai';
import { describe, expect, it, onTestFinished } from 'vitest';

/** What of these a model is declared to take; nobody is asked. */
async function taken(model: string, options: { readonly [name: string]: string } = {}) {
  const kernel = await createTestKernel({ plugins: [[openai, { models: [model], ...options }]] });
  onTestFinished(() => kernel.dispose());
  const [handle] = await kernel.use('model').list();
  const capabilities = handle?.declaration.facts?.['capabilities'] as readonly string[];
  return ['reasoning', 'temperature', 'topP', 'stop', 'presencePenalty', 'seed'].filter((name) =>
    capabilities.includes(name),
  );
}

describe('a model at the vendor', () => {
  it.each([
    ['gpt-6.2-sol', ['reasoning', 'seed']],
    ['gpt-5.6-luna', ['reasoning', 'seed']],
    ['gpt-5.2', ['reasoning', 'temperature', 'topP', 'seed']],
    ['gpt-5', ['reasoning', 'seed']],
    ['o3-mini', ['reasoning', 'seed']],
    ['gpt-5-chat-latest', ['temperature', 'topP', 'stop', 'presencePenalty', 'seed']],
    ['gpt-4.1', ['temperature', 'topP', 'stop', 'presencePenalty', 'seed']],
  ])('called %s takes what its family takes', async (model, expected) => expect(await taken(model)).toEqual(expected));

  it('takes what its protocol has a parameter for', async () =>
    expect(await taken('gpt-4.1', { api: 'responses' })).toEqual(['temperature', 'topP']));
});

it('a model of that name elsewhere is trusted to take what the protocol has', async () =>
  expect(await taken('gpt-5', { baseUrl: 'http://127.0.0.1:1/v1' })).toEqual([
    'reasoning',
    'temperature',
    'topP',
    'stop',
    'presencePenalty',
    'seed',
  ]));
