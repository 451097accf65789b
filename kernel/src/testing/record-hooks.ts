import type { AnyPlugin } from '../manifest.js';

/** What a hook fired with, in order. */
export interface RecordedHook {
  readonly hook: string;
  readonly payload: unknown;
}

/**
 * A plugin that takes down what hooks fire with, and has no opinion on any of it.
 *
 * Shape: hooks of any kind but `wrap`, whose taps have to go on with the call.
 */
export function recordHooks(...hooks: readonly string[]): {
  readonly plugin: AnyPlugin;
  readonly seen: RecordedHook[];
} {
  const seen: RecordedHook[] = [];
  const tap = (hook: string) => [hook, (payload: unknown) => void seen.push({ hook, payload })];
  const contributes = { hook: Object.fromEntries(hooks.map((hook) => [hook, {}])) };
  const plugin: AnyPlugin = {
    manifest: async () => ({ default: { apiVersion: 1, id: 'hooks-recorded', contributes } }),
    setup: () => ({ hook: Object.fromEntries(hooks.map(tap)) as unknown }),
  };
  return { plugin, seen };
}
