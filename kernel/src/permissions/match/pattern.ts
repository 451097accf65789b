import type { Access } from '../../capability.js';
import { kernelError } from '../../errors.js';
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
