import { collect, createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-provider-template';
import { expect, it, onTestFinished } from 'vitest';

async function ask(text: string, options: { prefix?: string } = {}) {
  const kernel = await createTestKernel({ plugins: [[plugin, options]] });
  onTestFinished(() => kernel.dispose());
  const messages = [{ role: 'user' as const, parts: [{ type: 'text' as const, text }] }];
  const model = kernel.use('model').get('template/echo');
  const events = await collect(model.invoke({ model: model.name, purpose: 'turn', messages }));
  return events.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('');
}

it('says again what it was told, a word at a time', async () => {
  expect(await ask('good morning')).toBe('You said: good morning');
});

it('begins with what its option says', async () => {
  expect(await ask('hello', { prefix: '> ' })).toBe('> hello');
});
