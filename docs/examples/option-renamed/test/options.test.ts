import { createTestKernel } from '@rustic-ai/kernel/testing';
import { expect, it, onTestFinished } from 'vitest';
import plugin from '../src/index.js';

async function greeted(options: { readonly greeting?: string; readonly word?: string }) {
  const kernel = await createTestKernel({ plugins: [[plugin, options]], answers: [{ outcome: 'once' }] });
  onTestFinished(() => kernel.dispose());
  const { parts } = await kernel.use('tool').get('greeter_greet').invoke({}, kernel.call());
  return { parts, told: kernel.logs.map(({ message }) => message) };
}
const says = (text: string) => [{ type: 'text', text }];

it('takes an option by its old name, and tells of the new one', async () => {
  const told = ['the option "word" goes with version 2.0.0: name it "greeting"'];
  expect(await greeted({ word: 'Hi' })).toEqual({ parts: says('Hi, Ada!'), told });
  expect(await greeted({ word: 'Hi', greeting: 'Welcome' })).toEqual({ parts: says('Welcome, Ada!'), told });
  expect(await greeted({ greeting: 'Welcome' })).toEqual({ parts: says('Welcome, Ada!'), told: [] });
  expect(await greeted({})).toEqual({ parts: says('Hello, Ada!'), told: [] });
});
