import { isRusticError, type Lock, parseLockFile, readLock } from '@rustic-ai/kernel';
import { formatLock } from '@rustic-ai/kernel/compose';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, install, lockOf, open, refusal } from './plugins.js';

const goodLock = async () => {
  const root = await folder();
  await install(root, {});
  return { root, path: join(root, 'rustic.lock'), lock: await lockOf(root) };
};
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.keys(value)
            .toSorted()
            .map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
        )
      : value;
/** A lock somebody edited and gave the digest that fits, as the format says: over the JSON with sorted keys. */
const forged = (lock: Lock, change: object): Lock => {
  const { digest: _, ...content } = { ...lock, ...change };
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex');
  return { ...content, digest } as Lock;
};

describe('a lock that is no lock', () => {
  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['a folder', (path) => mkdir(path), /EISDIR/],
    ['binary', (path) => writeFile(path, Buffer.from([0, 255, 254, 7, 0, 1])), /JSON/],
    ['50 MB of blanks', (path) => writeFile(path, ' '.repeat(50_000_000)), /^it has over 16000000 characters$/],
    ['50 MB of one string', (path) => writeFile(path, `"${'a'.repeat(50_000_000)}"`), /16000000/],
    ['a million lists in each other', (path) => writeFile(path, '['.repeat(1e6) + ']'.repeat(1e6)), /\S/],
    ['text', (path) => writeFile(path, '"lock"'), /lock version undefined/],
    ['a list', (path) => writeFile(path, '[]'), /lock version undefined/],
  ])('because it is %s is refused with the way out', async (_, write, reason) => {
    const path = join(await folder(), 'rustic.lock');
    await write(path);
    for (const read of [readLock, parseLockFile]) {
      const error: unknown = await read(path).catch((thrown: unknown) => thrown);
      if (!isRusticError(error)) throw new Error('it was read', { cause: error });
      expect({ code: error.code, fix: error.fix }).toEqual({ code: 'RUSTIC_LOCK_INVALID', fix: 'Run: rustic lock' });
      expect(error.details).toEqual({ path, reason: expect.stringMatching(reason) });
    }
  });

  it('at every length it can be cut off at', async () => {
    const { path, lock } = await goodLock();
    const whole = formatLock(lock);
    for (let length = 0; length < whole.length - 2; length += 7) {
      await writeFile(path, whole.slice(0, length));
      expect(await refusal(readLock(path)), `cut off at ${length}`).toMatchObject({ code: 'RUSTIC_LOCK_INVALID' });
    }
  });

  it('with any one character changed', async () => {
    const { path, lock } = await goodLock();
    const whole = formatLock(lock);
    for (let at = 0; at < whole.length; at += 11) {
      const changed = `${whole.slice(0, at)}~${whole.slice(at + 1)}`;
      if (/\s/.test(whole[at] ?? '')) continue;
      await writeFile(path, changed);
      expect((await refusal(readLock(path)))?.code, `at ${at}`).toMatch(/^RUSTIC_LOCK_(INVALID|ALTERED)$/);
    }
  });
});

describe('a lock edited by hand, with a digest that fits', () => {
  const plugin = (lock: Lock) => lock.plugins[0] as Lock['plugins'][number];

  it('is read when it is whole', async () => {
    const { path, lock } = await goodLock();
    await writeFile(path, formatLock(forged(lock, {})));
    await expect(readLock(path)).resolves.toEqual(lock);
  });

  it.each<[string, (lock: Lock) => object]>([
    ['plugins that are null', () => ({ plugins: [null] })],
    ['plugins that are a table', () => ({ plugins: {} })],
    ['a plugin without an id', (lock) => ({ plugins: [{ ...plugin(lock), id: undefined }] })],
    ['a plugin without files', (lock) => ({ plugins: [{ ...plugin(lock), files: null }] })],
    ['a plugin whose permissions are text', (lock) => ({ plugins: [{ ...plugin(lock), permissions: 'all' }] })],
    ['a plugin with a permission of nothing', (lock) => ({ plugins: [{ ...plugin(lock), permissions: [null] }] })],
    ['a plugin whose options are a list', (lock) => ({ plugins: [{ ...plugin(lock), options: [] }] })],
    ['a plugin renamed to a number', (lock) => ({ plugins: [{ ...plugin(lock), rename: { tool: { it: 5 } } }] })],
    ['a plugin renamed by nothing', (lock) => ({ plugins: [{ ...plugin(lock), rename: { tool: null } }] })],
    ['bindings to numbers', () => ({ bind: { tool: 5 } })],
    ['no bindings', () => ({ bind: undefined })],
    ['rules that are null', () => ({ rules: [null] })],
    ['a rule that matches a number', () => ({ rules: [{ effect: 'deny', action: 'exec', match: 5 }] })],
    ['inputs that are a list', () => ({ inputs: ['rustic.json'] })],
    ['a digest of an input that is a table', () => ({ inputs: { 'rustic.json': {} } })],
  ])('and %s is refused', async (_, change) => {
    const { path, lock } = await goodLock();
    await writeFile(path, formatLock(forged(lock, change(lock))));
    expect(await refusal(readLock(path))).toEqual({
      code: 'RUSTIC_LOCK_INVALID',
      details: { path, reason: 'parts of it are missing' },
    });
  });

  it.each<[string, object, object]>([
    ['of a later API', { apiVersion: 2 }, { code: 'RUSTIC_PLUGIN_API', details: { package: 'rustic-plugin-tool-it' } }],
    ['without an id', { id: undefined }, { code: 'RUSTIC_LOCK_INVALID' }],
    ['with requirements of nothing', { requires: { a: null } }, { code: 'RUSTIC_LOCK_INVALID' }],
    ['that contributes text', { contributes: { tool: 'all' } }, { code: 'RUSTIC_LOCK_INVALID' }],
  ])('and a manifest %s is refused', async (_, change, error) => {
    const { path, lock } = await goodLock();
    const manifest = { ...plugin(lock).manifest, ...change };
    await writeFile(path, formatLock(forged(lock, { plugins: [{ ...plugin(lock), manifest }] })));
    expect(await refusal(readLock(path))).toMatchObject(error);
  });

  it('and options nested too deep to be digested is refused', async () => {
    const { path, lock } = await goodLock();
    const deep = '{"a":'.repeat(1e5) + '1' + '}'.repeat(1e5);
    await writeFile(path, formatLock(lock).replace('"options": {}', `"options": ${deep}`));
    expect(await refusal(readLock(path))).toMatchObject({ code: 'RUSTIC_LOCK_INVALID' });
  });

  it('and __proto__ keys everywhere changes no object and binds nothing', async () => {
    const { path, lock } = await goodLock();
    const text = formatLock(lock);
    const evil = text
      .replace('"bind": {}', '"bind": { "__proto__": "polluted" }')
      .replace('"options": {}', '"options": { "__proto__": { "polluted": true } }')
      .replace('"inputs": {}', '"inputs": { "__proto__": "polluted" }');
    await writeFile(path, evil);
    expect(await refusal(readLock(path))).toEqual({ code: 'RUSTIC_LOCK_ALTERED', details: { path } });
    const parsed = JSON.parse(evil) as Lock;
    await writeFile(path, formatLock(forged(parsed, {})));
    expect(await refusal(readLock(path))).toEqual({
      code: 'RUSTIC_LOCK_STALE',
      details: { input: '__proto__' },
    });
    const read = await parseLockFile(path);
    expect(await refusal(open({ lock: read, from: path }))).toMatchObject({
      code: 'RUSTIC_BIND_INVALID',
      details: { capability: '__proto__' },
    });
    expect({}).not.toHaveProperty('polluted');
  });
});

it('options named __proto__ or constructor are no options', async () => {
  const root = await folder();
  await install(root, { config: { type: 'object', properties: { a: { type: 'string' } } } });
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const options = JSON.parse(`{ "${name}": { "polluted": true } }`) as Record<string, never>;
    const made = lockOf(root, [], { plugins: [{ package: 'rustic-plugin-tool-it', options }] });
    expect(await refusal(made)).toEqual({
      code: 'RUSTIC_PLUGIN_OPTIONS',
      details: { plugin: 'tool-it', path: `/${name}`, reason: 'is not one of its options (a)' },
    });
  }
});
