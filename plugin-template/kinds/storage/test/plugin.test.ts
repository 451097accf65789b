import { createTestKernel } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-storage-template';
import { expect, it, onTestFinished } from 'vitest';

it('keeps as many values as its option says', async () => {
  const kernel = await createTestKernel({ plugins: [[plugin, { most: 1 }]] });
  onTestFinished(() => kernel.dispose());
  const values = await kernel.service('key-value');
  await values.set('a', 1);
  await expect(values.set('b', 2)).rejects.toThrow('there are 1 values already');
  expect(await values.set('a', 3)).toBe(2);
});
