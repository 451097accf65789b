import { reasonOf } from '../errors.js';
import { type Rule, rulesFor } from './suite.js';

/** What came of one suite for one subject: plain JSON. */
export interface Score {
  /** What the suite is about: `agent`, `tool greet`. */
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  /** Order: as in the suite. */
  readonly rules: readonly ScoredRule[];
}
export interface ScoredRule {
  readonly id: string;
  readonly says: string;
  readonly ok: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** Runs the rules a subject can be held to, one after the other, also behind one that fails. Throws: never. */
export async function scoreOf<Subject>(
  name: string,
  suite: readonly Rule<Subject>[],
  subject: Subject,
): Promise<Score> {
  const rules: ScoredRule[] = [];
  for (const { id, says, run } of rulesFor(suite, subject))
    try {
      await run(subject);
      rules.push({ id, says, ok: true });
    } catch (error) {
      rules.push({ id, says, ok: false, reason: reasonOf(error) });
    }
  const passed = rules.filter(({ ok }) => ok).length;
  return { suite: name, passed, failed: rules.length - passed, rules };
}
