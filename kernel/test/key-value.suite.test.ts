import type { Json, KeyValue } from '@rustic-ai/kernel/contracts';
import { describeKeyValue, keyValueSuite } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { referenceKeyValue } from './reference-stores.js';

type Of = (plugin: string) => KeyValue;
/** Overrides some methods of every namespace. */
const over =
  (change: (good: KeyValue) => Partial<KeyValue>) =>
  (of: Of): Of =>
  (plugin) => ({ ...of(plugin), ...change(of(plugin)) });

/** One service per rule that breaks exactly what the rule is about. */
const twins: Record<string, (of: Of) => Of> = {
  'get-absent': over((good) => ({ get: async (key) => (await good.get(key)) ?? { value: null, version: 0 } })),
  json: over((good) => ({
    get: async (key) => {
      const got = await good.get(key);
      return got && { ...got, value: got.value || null };
    },
  })),
  versions: over((good) => ({ set: async (...given) => (await good.set(...given)) - 1 })),
  expected: over((good) => ({ set: (key, value, version) => good.set(key, value, version === 0 ? 0 : undefined) })),
  'expected-zero': over((good) => ({ set: (key, value, version) => good.set(key, value, version || undefined) })),
  race: over((good) => ({
    set: async (key, value, version) => {
      const found = (await good.get(key))?.version ?? 0;
      if (version !== undefined && version !== found) throw new Error('conflict');
      await Promise.resolve();
      return good.set(key, value);
    },
  })),
  namespaces: (of) => () => of('one'),
  delete: over((good) => ({
    delete: async (key) => ((await good.get(key)) ? good.delete(key) : Promise.reject(new Error('no such key'))),
  })),
  list: over((good) => ({ list: async (prefix) => (await good.list(prefix)).toReversed() })),
  'list-literal': over((good) => ({
    list: async (prefix) => {
      const literal = prefix.replace(/[%_].*$/, '');
      return (await good.list('')).filter((key) => key.startsWith(literal));
    },
  })),
  names: over((good) => ({
    set: (key, value, version) => good.set(key.toWellFormed().replaceAll('\0', ''), value, version),
  })),
  'no-sharing': (of) => {
    const held = new Map<string, Json>();
    return over((good) => ({
      set: async (key, value, version) => {
        held.set(key, value);
        return good.set(key, value, version);
      },
      get: async (key) => {
        const got = await good.get(key);
        return got && { ...got, value: held.get(key) ?? null };
      },
    }))(of);
  },
};
const subject = (twin: (of: Of) => Of = (of) => of) => ({
  open: async () => ({ of: twin(referenceKeyValue()), close: async () => {} }),
});

describeKeyValue(subject(), { describe, it });

describe('the key-value suite', () => {
  it('has one broken twin for every rule', () => {
    expect(Object.keys(twins)).toEqual(keyValueSuite.map(({ id }) => id));
  });
  for (const rule of keyValueSuite)
    it(`fails "${rule.id}" on a service that breaks it`, async () => {
      await expect(Promise.resolve(rule.run(subject(twins[rule.id])))).rejects.toThrow();
    });
});
