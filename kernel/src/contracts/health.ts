import { defineHook, type HookTypes, shape } from '../capability.js';

/** What a plugin found when it looked at something it depends on. */
export interface HealthCheck {
  /** What was looked at: `sandbox of tool-shell`. */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, for a person. */
  readonly note: string;
  /** What to do about it; of what is not well. */
  readonly fix?: string;
  /** The tools that do not work without it. */
  readonly tools?: readonly string[];
}

export const healthHooks = {
  healthCheck: defineHook({
    id: 'health.check',
    kind: 'collect',
    timeLimitMs: 30_000,
    summary: 'When a person wants to know whether what the plugins depend on is there.',
    answers: { undefined: 'Nothing was looked at.', 'a check': 'What was looked at, and what was found.' },
    /** `online`: whether anything may leave this machine for it. */
    payload: shape<{ readonly online: boolean }>(),
    answer: shape<HealthCheck>(),
  }),
};
declare module '../capability.js' {
  interface Hooks extends HookTypes<typeof healthHooks> {}
}
