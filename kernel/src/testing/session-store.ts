import { counting } from './session-store/counting.js';
import type { SessionStoreSubject } from './session-store/given.js';
import { keeping } from './session-store/keeping.js';
import { reading } from './session-store/reading.js';
import { writing } from './session-store/writing.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

export type { SessionStoreSubject };

/** What `SessionStore` promises, rule by rule. */
export const sessionStoreSuite: readonly Rule<SessionStoreSubject>[] = [
  ...writing,
  ...reading,
  ...keeping,
  ...counting,
];

/** Registers the suite for one implementation: `describeSessionStore(subject, { describe, it })`. */
export const describeSessionStore = (subject: SessionStoreSubject, runner: Runner): void =>
  describeSuite('session.store', sessionStoreSuite, subject, runner);
