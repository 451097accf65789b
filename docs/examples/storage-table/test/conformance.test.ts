import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestKernel, describeKeyValue } from '@rustic-ai/kernel/testing';
import { afterAll, describe, expect, it } from 'vitest';
import plugin from '../src/index.js';

const folder = await mkdtemp(join(tmpdir(), 'rustic-table-'));
afterAll(() => rm(folder, { recursive: true }));
let count = 0;
const fileOf = () => join(folder, `${++count}.db`);
const start = (file: string) => createTestKernel({ plugins: [[plugin, { file }]] });

describeKeyValue(
  {
    async open() {
      const kernel = await start(fileOf());
      return { of: (holder) => kernel.service('key-value', holder), close: () => kernel.dispose() };
    },
  },
  { describe, it },
);

describe('a table', () => {
  it('keeps values when the process ends', async () => {
    const file = fileOf();
    const before = await start(file);
    await (await before.service('key-value')).set('a', { kept: true });
    await before.dispose();
    const after = await start(file);
    expect(await (await after.service('key-value')).get('a')).toEqual({ value: { kept: true }, version: 1 });
    await after.dispose();
  });

  it('lets one of two kernels win that expect the same', async () => {
    const file = fileOf();
    const kernels = [await start(file), await start(file)];
    const all = await Promise.all(kernels.map((kernel) => kernel.service('key-value')));
    const sets = await Promise.allSettled(all.map((values, index) => values.set('a', index, 0)));
    expect(sets.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await Promise.all(kernels.map((kernel) => kernel.dispose()));
  });
});
