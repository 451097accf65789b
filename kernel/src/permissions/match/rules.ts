import type { Access, Origin } from '../../capability.js';
import { kernelError } from '../../errors.js';
import type { Rule, RuleScope, ScopedRule } from '../types.js';
import { patternFor } from './commands.js';
import { originOf } from './granted.js';
import { createFinders } from './pattern.js';
import { isInside, type PathContext } from './paths.js';
import { protection } from './protected.js';
import type { Applies, Found, JudgedPart } from './shelf.js';

export interface Verdict {
  readonly effect: Rule['effect'];
  readonly by: string;
  readonly rule?: ScopedRule;
  /** Of a command line: everything it runs, and what was decided on each. */
  readonly parts?: readonly JudgedPart[];
}
/** Who asks for an access. */
interface Asking {
  readonly call: { readonly origin: Pick<Origin, 'agents'> };
  readonly plugin: string;
}
export interface Rules {
  /** Whether any rule is about this action. */
  concern(action: string): boolean;
  /** The strictest matching rule over all scopes, else the default of the action; a promise only on first use. */
  judge(access: Access, asking: Asking): Verdict | Promise<Verdict>;
}

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
  const usable = [...protection, ...parts.rules].filter((rule) => {
    const { effect, scope } = parseRule(rule, actions);
    return effect !== 'allow' || scope !== 'plugin';
  });
  const finders = createFinders(usable, parts.paths);
  /** Rights shrink along the chain: a rule loosens for every agent of it or not at all, and tightens for any. */
  const concerns = ({ effect, origin, expires }: Rule, { call, plugin }: Asking, access: Access) => {
    if (expires !== undefined && Date.parse(expires) <= parts.now()) return false;
    const target = access.target ?? 'local';
    // What is allowed here is not allowed on every machine; what is forbidden is forbidden on all.
    if (effect === 'allow' && origin?.target === undefined && target !== 'local') return false;
    if (!origin) return true;
    const named = (agent: string, index: number) => (origin.agent === '*' ? index > 0 : agent === origin.agent);
    const { agents } = call.origin;
    const concerned = effect === 'allow' ? agents.length > 0 && agents.every(named) : agents.some(named);
    return (
      (origin.agent === undefined || concerned) &&
      (origin.plugin === undefined || origin.plugin === plugin) &&
      (origin.target === undefined || origin.target === target)
    );
  };
  const byDefault = ({ action, resource, target }: Access): Verdict => {
    const free =
      parts.operations.has(action) || (action === 'fs.read' && !target && isInside(resource, parts.paths.root));
    return { effect: free ? 'allow' : 'ask', by: 'default' };
  };
  return {
    concern: (action) => finders.has(action),
    judge(access, asking) {
      const find = finders.get(access.action);
      if (!find) return byDefault(access);
      const applies: Applies = (rule) => concerns(rule, asking, access);
      const verdict = (found: Found | undefined): Verdict => {
        if (!found) return byDefault(access);
        return found.rule ? { ...found, by: 'rule' } : { ...found, by: 'default' };
      };
      const found = find(access, applies);
      return found instanceof Promise ? found.then(verdict) : verdict(found);
    },
  };
}

export const withScope = (rules: readonly Rule[] | undefined, scope: RuleScope): readonly ScopedRule[] =>
  (rules ?? []).map((rule) => ({ ...rule, scope }));

/** Refuses rules that no kernel could use, while their author looks. Throws: `RUSTIC_RULE_INVALID`. */
export function demandRules(rules: readonly Rule[], operations: ReadonlySet<string>): void {
  compileRules({ rules: withScope(rules, 'project'), operations, paths: { root: '/', home: '/' }, now: () => 0 });
}

/**
 * The rule that lets this access pass from now on: exactly it, or of an address its scheme, host and port. Undefined:
 * no rule may be remembered, for a pattern would cover more than was seen.
 */
export async function ruleAllowing({ action, resource, target }: Access): Promise<Rule | undefined> {
  const match =
    action === 'exec' ? await patternFor(resource) : action === 'net' ? originFor(resource) : literal(resource);
  if (!match) return undefined;
  return { effect: 'allow', action, match, ...(target !== undefined && { origin: { target } }) };
}
const originFor = (resource: string) =>
  resource.includes('://') && URL.canParse(resource) ? originOf(resource) : undefined;
/** A name that is no pattern. */
const literal = (resource: string) => (/[*?[\]{}!()\\]/.test(resource) ? undefined : resource);
