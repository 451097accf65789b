import { isDeepStrictEqual } from 'node:util';
import { builtinRules, createKernel, type Kernel, type Rule, type RuleScope } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { parseLayer } from './layers.js';
import { hostOf, type Place, readyPlace, userLayer } from './project.js';

/** A rule that holds, and where it stands: a file, or `built-in`. */
export interface Standing {
  readonly scope: RuleScope;
  readonly source: string;
  readonly rule: Rule;
}
type Scoped = Rule & { readonly scope?: RuleScope };

const plain = ({ scope: _, ...rule }: Scoped): Rule => rule;
const placed =
  (scope: RuleScope, source: string) =>
  (rule: Scoped): Standing => ({ scope, source, rule: plain(rule) });

/** The rules a run in this place would have, the composition's first. Throws: what `readyPlace` throws. */
export async function standingRules(place: Place): Promise<readonly Standing[]> {
  const host = hostOf(place);
  const { lock } = await readyPlace(place, host);
  const user = parseLayer(await userLayer(place, host.folders.config));
  const local = parseLayer(await place.local());
  return [
    ...lock.rules.map(placed('project', place.file ?? 'the built-in composition')),
    ...[user, local].flatMap((layer) => (layer ? layer.rules.map(placed('user', layer.file)) : [])),
    ...builtinRules.map(placed('builtin', 'built-in')),
  ];
}

/** Holds no more, so it decides nothing; but with it command lines are read where no other rule is about them. */
const reading: Rule = { effect: 'ask', action: 'exec', match: '**', expires: '1970-01-01T00:00:00Z' };

/** A kernel that has rules and no plugins: all it can do is judge. Throws: `RUSTIC_RULE_INVALID`. */
export const judging = (place: Place, rules: readonly Rule[]): Promise<Kernel> =>
  createKernel({ contracts: standard, host: hostOf(place), rules: [...rules, reading] });

/** Where a rule that decided stands. A rule that may be about what can't be read decides more mildly than it says. */
export function standingOf(decided: Scoped, standing: readonly Standing[]): Standing | undefined {
  const rule = plain(decided);
  const isIt = (one: Standing) => isDeepStrictEqual({ ...one.rule, effect: rule.effect }, rule);
  return standing.find((one) => isIt(one) && one.rule.effect === rule.effect) ?? standing.find(isIt);
}

/** `deny net *.example, of agent *, each time`: a rule in one line. */
export function ruleText({ effect, action, match, origin, every, expires }: Rule): string {
  const who = Object.entries(origin ?? {}).map(([what, name]) => `, of ${what} ${name}`);
  return `${effect} ${action} ${match}${who.join('')}${every ? ', each time' : ''}${expires ? `, until ${expires}` : ''}`;
}
