import { endRules } from './frontend/ends.js';
import type { FrontendSubject } from './frontend/given.js';
import { outputRules } from './frontend/outputs.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

export type { FrontendSubject } from './frontend/given.js';

/** What every frontend promises of single runs, rule by rule. Conversations are each frontend's own. */
export const frontendSuite: readonly Rule<FrontendSubject>[] = [...outputRules, ...endRules];

/** Registers the suite for one frontend: `describeFrontend({ plugins: [frontend] }, { describe, it })`. */
export const describeFrontend = (subject: FrontendSubject, runner: Runner): void =>
  describeSuite('frontend', frontendSuite, subject, runner);
