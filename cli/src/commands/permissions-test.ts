import { basename, resolve } from 'node:path';
import type { Kernel, Verdict } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { type Case, readComposition } from '../composition.js';
import { cliError } from '../errors.js';
import { openPlace, type PlaceOptions } from '../project.js';
import { judging, ruleText } from '../standing.js';

/**
 * Asserts the `cases` of rules: those of a file, judged by that file's rules alone, or the composition's own.
 *
 * Throws: `RUSTIC_CASES_FAILED`, `RUSTIC_CONFIG_MISSING`, `RUSTIC_CONFIG_INVALID`, `RUSTIC_RULE_INVALID`.
 */
export async function test(
  file: string | undefined,
  options: PlaceOptions & { readonly json?: boolean },
): Promise<number> {
  const place = await openPlace(options);
  const path = file === undefined ? place.file : resolve(place.folder, file);
  const { rules, cases } = path === undefined ? { rules: [], cases: [] } : await readComposition(path, 'rules');
  const kernel = await judging(place, rules);
  const results = await Promise.all(cases.map((one) => resultOf(one, kernel)));
  await kernel.dispose();
  const failed = results.filter(({ ok }) => !ok);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ok: failed.length === 0, cases: results })}\n`);
    return failed.length > 0 ? 1 : 0;
  }
  const name = path === undefined ? 'the built-in composition' : basename(path);
  for (const { line, action, resource, expected, decision, because } of failed)
    process.stdout.write(
      `${visibleLine(`${name}:${line}: ${action} ${resource}: expected ${expected}, got ${decision} (${because})`)}\n`,
    );
  if (failed.length > 0) throw cliError('RUSTIC_CASES_FAILED', { failed: failed.length, count: cases.length });
  if (cases.length === 0) process.stderr.write(`No rule of ${name} has cases.\n`);
  else process.stdout.write(`${cases.length} of ${cases.length} cases are as expected.\n`);
  return 0;
}

async function resultOf({ rule, resource, expected, line }: Case, kernel: Kernel) {
  const { action, origin } = rule;
  const access = { action, resource, ...(origin?.target !== undefined && { target: origin.target }) };
  const verdict = await kernel.judge(access, origin?.plugin, callersOf(origin?.agent));
  const { effect: decision } = verdict;
  return { line, ...access, expected, decision, ok: decision === expected, because: why(verdict) };
}

/** A chain of agents that a rule for this one is about: `*` is any but the root. */
const callersOf = (agent: string | undefined) =>
  agent === undefined ? [] : agent === '*' ? ['main', 'helper'] : [agent];

/** The rule that decided; of a command line with several parts, the part it was about. */
function why({ effect, rule, parts = [] }: Verdict): string {
  const part = parts.length > 1 ? parts.find((one) => one.effect === effect) : undefined;
  const by = rule ? ruleText(rule) : 'no rule';
  return part ? `${by}, for ${part.text}` : by;
}
