import { isDeepStrictEqual } from 'node:util';
import type { Access, Origin } from '../../capability.js';
import { kernelError } from '../../errors.js';
import type { Rule, RuleScope, ScopedRule } from '../types.js';
import { compileMatch, type Matcher } from './pattern.js';
import { isInside, type PathContext } from './paths.js';
import { protection } from './protected.js';

export interface Verdict {
  readonly effect: Rule['effect'];
  readonly by: string;
  readonly rule?: ScopedRule;
}
/** Who asks for an access. */
interface Asking {
  readonly call: { readonly origin: Origin };
  readonly plugin: string;
}
export interface Rules {
  /** Whether any rule is about this action. */
  concern(action: string): boolean;
  /** The strictest matching rule over all scopes, else the default of the action. */
  judge(access: Access, asking: Asking): Promise<Verdict>;
}

const strictness = { allow: 0, ask: 1, deny: 2 };
const stricter = (a: Verdict | undefined, b: Verdict): Verdict =>
  a && strictness[a.effect] >= strictness[b.effect] ? a : b;

const effects = ['allow', 'ask', 'deny'];
const filters = ['agent', 'plugin', 'target'];
const keys = ['effect', 'action', 'match', 'origin', 'every', 'reason', 'expires', 'scope', 'cases'];

/** Checks the shape of a rule. Throws: `RUSTIC_RULE_INVALID`. */
function parseRule(rule: ScopedRule, actions: ReadonlySet<string>): ScopedRule {
  const refuse = (reason: string) => kernelError('RUSTIC_RULE_INVALID', { rule: JSON.stringify(rule), reason });
  if (typeof rule !== 'object' || rule === null) throw refuse('it is not an object');
  if (!effects.includes(rule.effect)) throw refuse(`"effect" must be one of ${effects.join(', ')}`);
  if (!actions.has(rule.action)) throw refuse(`"action" must be one of ${[...actions].join(', ')}`);
  const unknown = Object.keys(rule).find((key) => !keys.includes(key));
  if (unknown) throw refuse(`"${unknown}" is not a field of a rule`);
  if (rule.origin !== undefined && (typeof rule.origin !== 'object' || rule.origin === null))
    throw refuse('"origin" is not an object');
  const filter = Object.keys(rule.origin ?? {}).find((key) => !filters.includes(key));
  if (filter) throw refuse(`"${filter}" is not a field of "origin"`);
  if (rule.expires !== undefined && Number.isNaN(Date.parse(rule.expires)))
    throw refuse('"expires" is no ISO 8601 time');
  return rule;
}

/** Compiles the rules of all scopes, by action. Throws: `RUSTIC_RULE_INVALID`. */
export function compileRules(parts: {
  readonly rules: readonly ScopedRule[];
  readonly operations: ReadonlySet<string>;
  readonly paths: PathContext;
  readonly now: () => number;
}): Rules {
  const actions = new Set([...parts.operations, 'fs.read', 'fs.write', 'exec', 'net', 'ssh', 'mcp', 'secret', 'env']);
  const compiled = new Map<string, { rule: ScopedRule; matches: Matcher }[]>();
  for (const rule of [...protection, ...parts.rules]) {
    parseRule(rule, actions);
    if (rule.effect === 'allow' && rule.scope === 'plugin') continue;
    const matches = compileMatch(rule.action, rule.match, parts.paths);
    compiled.set(rule.action, [...(compiled.get(rule.action) ?? []), { rule, matches }]);
  }
  /** Rights shrink along the chain: a rule loosens for every agent of it or not at all, and tightens for any. */
  const concerns = ({ effect, origin, expires }: Rule, { call, plugin }: Asking, access: Access) => {
    if (expires !== undefined && Date.parse(expires) <= parts.now()) return false;
    if (!origin) return true;
    const named = (agent: string, index: number) => (origin.agent === '*' ? index > 0 : agent === origin.agent);
    const { agents } = call.origin;
    const concerned = effect === 'allow' ? agents.length > 0 && agents.every(named) : agents.some(named);
    return (
      (origin.agent === undefined || concerned) &&
      (origin.plugin === undefined || origin.plugin === plugin) &&
      (origin.target === undefined || origin.target === (access.target ?? 'local'))
    );
  };
  const byDefault = ({ action, resource, target }: Access): Verdict => {
    const free =
      parts.operations.has(action) || (action === 'fs.read' && !target && isInside(resource, parts.paths.root));
    return { effect: free ? 'allow' : 'ask', by: 'default' };
  };
  return {
    concern: (action) => compiled.has(action),
    async judge(access, asking) {
      let verdict: Verdict | undefined;
      for (const { rule, matches } of compiled.get(access.action) ?? []) {
        if (!concerns(rule, asking, access)) continue;
        if (await matches(access, rule.effect === 'allow' ? 'narrow' : 'wide'))
          verdict = stricter(verdict, { effect: rule.effect, by: 'rule', rule });
      }
      return verdict ?? byDefault(access);
    },
  };
}

export const withScope = (rules: readonly Rule[] | undefined, scope: RuleScope): readonly ScopedRule[] =>
  (rules ?? []).map((rule) => ({ ...rule, scope }));

/** Refuses rules that no kernel could use, while their author looks. Throws: `RUSTIC_RULE_INVALID`. */
export function demandRules(rules: readonly Rule[], operations: ReadonlySet<string>): void {
  compileRules({ rules: withScope(rules, 'project'), operations, paths: { root: '/', home: '/' }, now: () => 0 });
}

/** The rule that lets exactly this access pass from now on. */
export const ruleAllowing = ({ action, resource, target }: Access): Rule => ({
  effect: 'allow',
  action,
  match: resource,
  ...(target !== undefined && { origin: { target } }),
});

/** In words, what the second set of rules lets through that the first did not. */
export function loosened(before: readonly Rule[], after: readonly Rule[]): readonly string[] {
  const without = (rules: readonly Rule[]) => (rule: Rule) => !rules.some((one) => isDeepStrictEqual(one, rule));
  const text = ({ effect, action, match }: Rule) => `${effect} ${action} ${match}`;
  const gained = after.filter(({ effect }) => effect === 'allow').filter(without(before));
  const lost = before.filter(({ effect }) => effect !== 'allow').filter(without(after));
  return [
    ...gained.map((rule) => `a rule is new: ${text(rule)}`),
    ...lost.map((rule) => `a rule is gone: ${text(rule)}`),
  ];
}
