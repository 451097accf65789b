import type { SessionsSubject } from './sessions/given.js';
import { logRules } from './sessions/log.js';
import { manyRules } from './sessions/many.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

export type { SessionsSubject } from './sessions/given.js';

/** What a service `session` promises over whatever store, rule by rule. */
export const sessionsSuite: readonly Rule<SessionsSubject>[] = [...logRules, ...manyRules];

/** Registers the suite for one implementation: `describeSessions({ open }, { describe, it })`. */
export const describeSessions = (subject: SessionsSubject, runner: Runner): void =>
  describeSuite('session', sessionsSuite, subject, runner);
