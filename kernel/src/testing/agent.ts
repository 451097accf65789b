import { aroundRules } from './agent/around.js';
import { endRules } from './agent/ends.js';
import { eventRules } from './agent/events.js';
import type { AgentSubject } from './agent/given.js';
import { toolRules } from './agent/tools.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

export type { AgentSubject } from './agent/given.js';

/** What every agent promises, rule by rule. */
export const agentSuite: readonly Rule<AgentSubject>[] = [...eventRules, ...toolRules, ...endRules, ...aroundRules];

/** Registers the suite for one agent: `describeAgent({ plugins: [agent, sessions, store] }, { describe, it })`. */
export const describeAgent = (subject: AgentSubject, runner: Runner): void =>
  describeSuite('agent', agentSuite, subject, runner);
