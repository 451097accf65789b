import { collect, createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-command-template';
import { expect, it, onTestFinished } from 'vitest';

async function greet(text: string, options: { greeting?: string } = {}) {
  const kernel = await createTestKernel({ plugins: [[plugin, options]], answers: [{ outcome: 'once' }] });
  onTestFinished(() => kernel.dispose());
  const command = kernel.use('command').get('template-greet');
  const events = await collect(command.invoke({ text }, kernel.call()));
  return events.flatMap((event) => (event.type === 'item.completed' && 'text' in event.item ? [event.item.text] : []));
}

it('greets whoever is named after it', async () => {
  expect(await greet(' Ada ')).toEqual(['Hello, Ada!']);
  expect(await greet('')).toEqual(['Hello, whoever you are!']);
});

it('says the greeting of its option', async () => {
  expect(await greet('Ada', { greeting: 'Welcome' })).toEqual(['Welcome, Ada!']);
});
