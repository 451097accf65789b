import type { Rule } from '@rustic-ai/kernel/testing';

/** The ids of the rules a subject breaks. */
export async function rulesBrokenBy<Subject>(suite: readonly Rule<Subject>[], subject: Subject) {
  const failed: string[] = [];
  for (const rule of suite)
    try {
      await rule.run(subject);
    } catch {
      failed.push(rule.id);
    }
  return failed;
}
