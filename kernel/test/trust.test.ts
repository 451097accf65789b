import { createTrust } from '@rustic-ai/kernel';
import { nodeHost } from '@rustic-ai/kernel/node';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, refusal } from './plugins.js';

const required = (path: string, since = '') => ({ code: 'RUSTIC_TRUST_REQUIRED', details: { folder: path, since } });
const mode = async (path: string) => (await stat(path)).mode & 0o777;

describe('trust', () => {
  it('is demanded until it is granted, for each folder', async () => {
    const trust = createTrust(join(await folder(), 'state'));
    expect(await refusal(trust.demand('/a', 'one'))).toEqual(required('/a'));
    await trust.grant('/a', 'one');
    await trust.grant('/b', 'two');
    expect(await refusal(trust.demand('/a', 'one'))).toBeUndefined();
    expect(await refusal(trust.demand('/a/b', 'one'))).toEqual(required('/a/b'));
  });

  it('covers exactly one lock', async () => {
    const trust = createTrust(await folder());
    await trust.grant('/a', 'one');
    expect(await refusal(trust.demand('/a', 'two'))).toEqual(required('/a', ' since its lock changed'));
    await trust.grant('/a', 'two');
    expect(await refusal(trust.demand('/a', 'two'))).toBeUndefined();
    expect(await refusal(trust.demand('/a', 'one'))).toEqual(required('/a', ' since its lock changed'));
  });

  it('outlives the process', async () => {
    const state = await folder();
    await createTrust(state).grant('/a', 'one');
    expect(await refusal(createTrust(state).demand('/a', 'one'))).toBeUndefined();
  });

  it('is kept where only its owner reads it, and leaves no draft', async () => {
    const state = join(await folder(), 'deep', 'state');
    await createTrust(state).grant('/a', 'one');
    await createTrust(state).grant('/b', 'one');
    expect(await mode(state)).toBe(0o700);
    expect(await mode(join(state, 'trust.json'))).toBe(0o600);
    expect(await readdir(state)).toEqual(['trust.json']);
  });

  it.each(['', '{', 'null', '[]', '{ "folders": null }', '{ "folders": 5 }', '{ "folders": { "/a": null } }'])(
    'is none when its record is %j, until it is granted again',
    async (text) => {
      const state = await folder();
      await writeFile(join(state, 'trust.json'), text);
      const trust = createTrust(state);
      expect(await refusal(trust.demand('/a', 'one'))).toMatchObject({ code: 'RUSTIC_TRUST_REQUIRED' });
      await trust.grant('/a', 'one');
      expect(await refusal(trust.demand('/a', 'one'))).toBeUndefined();
    },
  );

  it('is none for names that every object has', async () => {
    const trust = createTrust(await folder());
    expect(await refusal(trust.demand('constructor', 'one'))).toMatchObject({ code: 'RUSTIC_TRUST_REQUIRED' });
  });
});

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
