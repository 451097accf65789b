import type { Json } from '@rustic-ai/kernel';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-workflow-template';
import { expect, it, onTestFinished } from 'vitest';

async function join(texts: Json, options: { separator?: string } = {}) {
  const kernel = await createTestKernel({ plugins: [[plugin, options]], answers: [{ outcome: 'once' }] });
  onTestFinished(() => kernel.dispose());
  const step = kernel.use('workflow.step').get('template-join');
  return step.invoke({ step: 'one', run: 'r', inputs: { texts } }, kernel.call());
}

it('joins texts, and leaves out what is blank', async () => {
  expect(await join([' good ', '', 'morning'])).toEqual({ outputs: { text: 'good morning' } });
});

it('puts what its option says between them', async () => {
  expect(await join(['a', 'b'], { separator: ', ' })).toEqual({ outputs: { text: 'a, b' } });
});

it('refuses inputs that do not fit', async () => {
  await expect(join('a')).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_INPUT' });
});
