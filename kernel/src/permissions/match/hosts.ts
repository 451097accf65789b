import { kernelError } from '../../errors.js';
import type { Matcher } from './pattern.js';

const shape = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*\.)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d+))?$/i;

/** Matches `[scheme://]host[:port]`; `*.` stands for one or more labels. Without a port: any. Without a scheme: any. */
export function matchHost(pattern: string): Matcher {
  const [, scheme, wildcard, host = '', port] = shape.exec(pattern) ?? [];
  if (!host) throw kernelError('RUSTIC_RULE_INVALID', { rule: pattern, reason: 'it is not [scheme://]host[:port]' });
  const name = host.toLowerCase();
  return ({ resource }) => {
    const url = URL.parse(resource.includes('://') ? resource : `https://${resource}`);
    if (!url || (scheme && url.protocol !== `${scheme.toLowerCase()}:`)) return false;
    const defaultPort = url.protocol === 'http:' ? '80' : '443';
    if (port && (url.port || defaultPort) !== port) return false;
    return wildcard ? url.hostname.endsWith(`.${name}`) : url.hostname === name;
  };
}
