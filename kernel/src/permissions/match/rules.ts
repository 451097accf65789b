import type { Access } from '../../capability.js';
import { kernelError } from '../../errors.js';
import type { ScopedRule } from '../types.js';
import { matchCommand } from './commands.js';
import { matchHost } from './hosts.js';
import { matchPath, type PathContext } from './paths.js';

/** Whether a pattern covers a resource. `deny` patterns are read widely, `allow` patterns narrowly. */
export type Matcher = (access: Access, strict: 'narrow' | 'wide') => boolean | Promise<boolean>;

const everything = (pattern: string) => pattern === '**';

/** A `*` in a name stands for any run of characters. */
function matchName(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('[^]*')}$`);
  return (name) => expression.test(name);
}

/** Compiles one pattern of an action. Throws: `RUSTIC_RULE_INVALID`. */
export function compileMatch(action: string, pattern: string, paths: PathContext): Matcher {
  if (typeof pattern !== 'string' || pattern === '')
    throw kernelError('RUSTIC_RULE_INVALID', {
      rule: JSON.stringify({ action, match: pattern }),
      reason: '"match" is empty',
    });
  if (action === 'fs.read' || action === 'fs.write') return matchPath(pattern, paths);
  if (action === 'exec') return matchCommand(pattern);
  if (action === 'net') return everything(pattern) ? () => true : matchHost(pattern);
  const name = matchName(pattern);
  return (access) => name(access.resource);
}

const effects = ['allow', 'ask', 'deny'];
const keys = ['effect', 'action', 'match', 'origin', 'every', 'reason', 'expires', 'scope', 'cases'];

/** Checks the shape of a rule. Throws: `RUSTIC_RULE_INVALID`. */
export function parseRule(rule: ScopedRule, actions: ReadonlySet<string>): ScopedRule {
  const refuse = (reason: string) => kernelError('RUSTIC_RULE_INVALID', { rule: JSON.stringify(rule), reason });
  if (typeof rule !== 'object' || rule === null) throw refuse('it is not an object');
  if (!effects.includes(rule.effect)) throw refuse(`"effect" must be one of ${effects.join(', ')}`);
  if (!actions.has(rule.action)) throw refuse(`"action" must be one of ${[...actions].join(', ')}`);
  const unknown = Object.keys(rule).find((key) => !keys.includes(key));
  if (unknown) throw refuse(`"${unknown}" is not a field of a rule`);
  if (rule.expires !== undefined && Number.isNaN(Date.parse(rule.expires)))
    throw refuse('"expires" is no ISO 8601 time');
  return rule;
}
