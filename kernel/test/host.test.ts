import { nodeHost } from '@rustic-ai/kernel/node';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, refusal } from './plugins.js';

describe('the host', () => {
  it('shows only the variables that are named', () => {
    const env = nodeHost().env(['PATH', 'RUSTIC_TEST_NONE']);
    expect(Object.keys(env)).toEqual(['PATH']);
  });

  it('has absolute folders and a clock that does not go back', () => {
    const { folders, now, monotonicMs } = nodeHost({ cwd: '/x' });
    expect(folders.cwd).toBe('/x');
    expect(Object.values(folders).every((path) => path.startsWith('/'))).toBe(true);
    expect(Math.abs(now() - Date.now())).toBeLessThan(1_000);
    expect(monotonicMs()).toBeLessThanOrEqual(monotonicMs());
  });

  it('reads secrets from a file, without the line end', async () => {
    const path = join(await folder(), 'key');
    await writeFile(path, 'abc\n');
    expect(await nodeHost().secrets.read({ $file: path })).toBe('abc');
  });

  it.each([{ $env: 'RUSTIC_TEST_NONE' }, { $file: '/nowhere/at/all' }])(
    'says which secret is missing: %j',
    async (reference) => {
      expect(await refusal(nodeHost().secrets.read(reference))).toEqual({
        code: 'RUSTIC_SECRET_MISSING',
        details: { reference: JSON.stringify(reference) },
      });
    },
  );

  it('takes an empty secret for a missing one', async () => {
    const path = join(await folder(), 'key');
    await writeFile(path, ' \n');
    expect(await refusal(nodeHost().secrets.read({ $file: path }))).toMatchObject({ code: 'RUSTIC_SECRET_MISSING' });
  });
});
