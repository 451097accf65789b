import { type FollowChanges, type StorageChange, watchChanges } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';

const value = (key: string, version = 1): StorageChange => ({ of: 'value', plugin: 'p', key, version });
/** What tells of changes, by hand. */
function source() {
  const given: { tell?: Parameters<FollowChanges>[0]; end?: Parameters<FollowChanges>[1]; stopped: number } = {
    stopped: 0,
  };
  const follow: FollowChanges = (tell, end) => {
    Object.assign(given, { tell, end });
    tell({ of: 'gap' });
    return () => void given.stopped++;
  };
  return { given, changes: (signal?: AbortSignal) => watchChanges(follow, signal) };
}

describe('changes that are told faster than they are read', () => {
  it('are the newest of each, in the order of what happened last', async () => {
    const { given, changes } = source();
    const reader = changes();
    expect((await reader.next()).value).toEqual({ of: 'gap' });
    for (const change of [value('a'), value('b'), value('a', 2), value('c'), value('b', 2)]) given.tell?.(change);
    const read = [await reader.next(), await reader.next(), await reader.next()].map((next) => next.value);
    expect(read).toEqual([value('a', 2), value('c'), value('b', 2)]);
    const waiting = reader.next();
    given.tell?.(value('d'));
    expect((await waiting).value).toEqual(value('d'));
  });

  it('are a gap when they are too many, and are told again after it', async () => {
    const { given, changes } = source();
    const reader = changes();
    await reader.next();
    for (let index = 0; index <= 10_000; index++) given.tell?.(value(`k${index}`));
    given.tell?.(value('last'));
    expect([(await reader.next()).value, (await reader.next()).value]).toEqual([{ of: 'gap' }, value('last')]);
  });
});

describe('following changes', () => {
  it('stops its source once, however it ends', async () => {
    const failure = new Error('lost');
    const ends: ((given: ReturnType<typeof source>['given'], gone: AbortController) => void)[] = [
      (_, gone) => gone.abort(),
      ({ end }) => end?.(),
      ({ end }) => end?.(failure),
    ];
    for (const finish of ends) {
      const { given, changes } = source();
      const gone = new AbortController();
      const reader = changes(gone.signal);
      await reader.next();
      const last = reader.next();
      finish(given, gone);
      const [result] = await Promise.allSettled([last]);
      expect(result).toEqual(
        finish === ends[2] ? { status: 'rejected', reason: failure } : { status: 'fulfilled', value: { done: true } },
      );
      expect((await reader.next()).done).toBe(true);
      expect(given.stopped).toBe(1);
    }
    const { given, changes } = source();
    for await (const _ of changes()) break;
    expect(given.stopped).toBe(1);
  });
});
