import type { Effects } from '../capability.js';

/**
 * What may be done with a call without asking anybody, by the effects of what is called. Nothing, where they are not known.
 *
 * Shape: `runBeside`: at the same time as other calls; it changes nothing that they could see. `retry`: again after it
 *   failed; twice is as good as once. `repeatOnResume`: again after the process ended in the middle of it, when nobody
 *   knows how far it came.
 */
export function safeTo(effects: Effects | undefined): {
  readonly runBeside: boolean;
  readonly retry: boolean;
  readonly repeatOnResume: boolean;
} {
  const { kind = 'destructive', idempotent = false } = effects ?? {};
  return {
    runBeside: kind === 'none' || kind === 'read',
    retry: idempotent,
    repeatOnResume: idempotent && kind !== 'destructive',
  };
}
