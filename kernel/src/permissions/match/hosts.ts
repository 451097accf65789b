import { kernelError } from '../../errors.js';
import type { ScopedRule } from '../types.js';
import { createShelf, type Entry, type Matcher } from './shelf.js';

interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
}

const shape = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*\.)?([^\s/\\:@?#*[\]]+|\[[0-9a-f:.]+\])(?::(\d+))?$/i;
/** Source: WHATWG URL, "special scheme". */
const defaultPorts: { readonly [scheme: string]: string } = { http: '80', ws: '80', ftp: '21' };
/** Source: RFC 1035, section 2.3.4, and a dot at the end. */
const longestHost = 254;
const everything = (pattern: string) => pattern === '**';

/** A host as a URL parser writes it: lower case, punycode, IPv4 in any notation as four numbers. */
const normal = (host: string) => URL.parse(`https://${host}`)?.hostname;

/** What a resource would connect to, whatever it is written like. Undefined: no address. */
function addressOf(resource: string): Address | undefined {
  const url = URL.parse(resource.includes('://') ? resource : `https://${resource}`);
  const host = url && normal(url.hostname);
  if (!host || host.length > longestHost) return undefined;
  const scheme = url.protocol.slice(0, -1);
  return { scheme, host, port: url.port || (defaultPorts[scheme] ?? '443') };
}

/** Without the dot at its end, and an IPv4 address mapped into IPv6 as IPv4: what a connection goes to. */
function plain(host: string): string {
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(host);
  if (!mapped) return host.replace(/\.$/, '');
  const [high = 0, low = 0] = mapped.slice(1).map((half) => Number.parseInt(half, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Throws: `RUSTIC_RULE_INVALID`, for a path as well: a rule can't tell the paths of a host apart. */
function compile(rule: ScopedRule): Entry<Address> {
  if (everything(rule.match)) return { rule, keys: [''], covers: () => true };
  const [, scheme, wildcard, named = '', port] = shape.exec(rule.match) ?? [];
  const name = named && normal(named);
  if (!name) throw kernelError('RUSTIC_RULE_INVALID', { rule: rule.match, reason: 'it is not [scheme://]host[:port]' });
  const seen = rule.effect === 'allow' ? (host: string) => host : plain;
  const wanted = seen(name);
  return {
    rule,
    keys: [plain(name)],
    covers: (address) => {
      const host = seen(address.host);
      if (scheme && scheme.toLowerCase() !== address.scheme) return false;
      if (port && port !== address.port) return false;
      return wildcard ? host.endsWith(`.${wanted}`) : host === wanted;
    },
  };
}

/**
 * Addresses by `[scheme://]host[:port]`; `*.` stands for one or more labels. Without a port: any. Without a scheme: any.
 *
 * Shape: read widely, a dot after the host and IPv4 mapped into IPv6 make no difference.
 * Throws: `RUSTIC_RULE_INVALID`.
 */
export function matchHosts(rules: readonly ScopedRule[]): Matcher {
  const find = createShelf(rules.map(compile));
  const any = rules.filter(({ match }) => everything(match));
  const findAny = createShelf(any.map((rule): Entry<undefined> => ({ rule, keys: [''], covers: () => true })));
  return ({ resource }, applies) => {
    const address = addressOf(resource);
    const rule = address ? find(address, keysOf(address.host), applies) : findAny(undefined, [''], applies);
    return rule && { effect: rule.effect, rule };
  };
}

/** The host itself, then each domain it is in. */
function keysOf(host: string): readonly string[] {
  const labels = plain(host);
  const keys = ['', labels];
  for (let dot = labels.indexOf('.'); dot >= 0; dot = labels.indexOf('.', dot + 1)) keys.push(labels.slice(dot + 1));
  return keys;
}
