import { safeTo } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';

describe('what may be done with a call', () => {
  const effects = (kind: 'none' | 'read' | 'write' | 'destructive', idempotent: boolean) => ({
    kind,
    idempotent,
    openWorld: true,
  });
  it.each([
    ['nothing', effects('none', true), { runBeside: true, retry: true, repeatOnResume: true }],
    ['a read', effects('read', true), { runBeside: true, retry: true, repeatOnResume: true }],
    [
      'a read that takes something away',
      effects('read', false),
      { runBeside: true, retry: false, repeatOnResume: false },
    ],
    ['a write', effects('write', true), { runBeside: false, retry: true, repeatOnResume: true }],
    ['a write that adds', effects('write', false), { runBeside: false, retry: false, repeatOnResume: false }],
    ['what destroys', effects('destructive', true), { runBeside: false, retry: true, repeatOnResume: false }],
    ['what is not known', undefined, { runBeside: false, retry: false, repeatOnResume: false }],
  ])('of %s', (_, given, expected) => {
    expect(safeTo(given)).toEqual(expected);
  });
});
