import { kernelError } from '../../errors.js';
import type { Matcher } from './pattern.js';

const shape = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*\.)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d+))?$/i;

/**
 * Matches `[scheme://]host[:port]`; `*.` stands for one or more labels. Without a port: any. Without a scheme: any.
 *
 * Shape: wide ignores a dot after the host.
 * Throws: `RUSTIC_RULE_INVALID`, for a path as well: a rule can't tell the paths of a host apart.
 */
export function matchHost(pattern: string): Matcher {
  const [, scheme, wildcard, named = '', port] = shape.exec(pattern) ?? [];
  if (!named) throw kernelError('RUSTIC_RULE_INVALID', { rule: pattern, reason: 'it is not [scheme://]host[:port]' });
  const name = named.toLowerCase();
  return ({ resource }, strict) => {
    const url = URL.parse(resource.includes('://') ? resource : `https://${resource}`);
    if (!url || (scheme && url.protocol !== `${scheme.toLowerCase()}:`)) return false;
    const defaultPort = url.protocol === 'http:' ? '80' : '443';
    if (port && (url.port || defaultPort) !== port) return false;
    const host = strict === 'wide' ? url.hostname.replace(/\.$/, '') : url.hostname;
    return wildcard ? host.endsWith(`.${name}`) : host === name;
  };
}
