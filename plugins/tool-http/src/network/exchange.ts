import { httpError } from '@rustic-ai/kernel/contracts';
import { acceptedEncodings } from './decode.js';
import type { Deadline } from './deadline.js';
import { type Headers, withoutBody } from './headers.js';
import type { Answer, Network, Outgoing } from './network.js';
import { parseUrl } from './url.js';

export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: Uint8Array | undefined;
  /** How many redirects may follow each other; undefined: an answer that redirects is an answer. */
  readonly redirects: number | undefined;
}
/** Where another origin is to be asked, which takes a decision of its own. */
export interface Elsewhere {
  readonly url: URL;
  readonly method: string;
  /** The request goes on with its body. */
  readonly keepsBody: boolean;
  /** How many redirects may still follow. */
  readonly redirects: number;
}
const redirecting = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects within its origin. `use` is given the answer, whose body ends with it.
 *
 * Shape: what `use` returns, or where the answer leads to elsewhere.
 * Throws: `RUSTIC_HTTP_*`, and what `use` throws.
 */
export async function exchange<T>(
  parts: { readonly network: Network; readonly deadline: Deadline },
  first: Exchange,
  use: (answer: Answer) => Promise<T>,
): Promise<{ readonly used: T } | { readonly elsewhere: Elsewhere }> {
  const { network, deadline } = parts;
  const { signal } = deadline;
  let at = first;
  try {
    const link = await network.open(first.url, signal);
    try {
      for (;;) {
        const answer = await link.send(at.url, outgoing(at), signal);
        const next = nextOf(at, answer);
        if (!next) return { used: await use(answer) };
        answer.body.on('error', () => {}).destroy();
        if (next.url.origin !== first.url.origin) return { elsewhere: demandOpen(network, at.url, next) };
        const { keepsBody, url, method, redirects } = next;
        at = keepsBody ? { ...at, ...next } : { url, method, redirects, headers: withoutBody(at.headers) };
      }
    } finally {
      await link.close();
    }
  } catch (error) {
    throw deadline.failure(error, at.url);
  }
}

const outgoing = ({ method, headers, body }: Exchange): Outgoing => ({
  method,
  body,
  headers: { accept: '*/*', 'user-agent': 'rustic-ai', 'accept-encoding': acceptedEncodings, ...headers },
});

/** Source: RFC 9110, 15.4; the change of method as WHATWG Fetch, "HTTP-redirect fetch". */
function nextOf(at: Exchange, { status, headers }: Answer): Elsewhere | undefined {
  const { location } = headers;
  if (!redirecting.has(status) || location === undefined || at.redirects === undefined) return undefined;
  const refuse = (reason: string) =>
    httpError('RUSTIC_HTTP_REDIRECT', { url: at.url.href, to: JSON.stringify(location.slice(0, 1_000)), reason });
  if (at.redirects <= 0) throw refuse('there were too many redirects before it');
  const resolved = URL.parse(location, at.url.href);
  if (!resolved) throw refuse('it is no URL');
  const url = parseUrl(resolved.href);
  const asGet = status === 303 ? at.method !== 'HEAD' : status < 303 && at.method === 'POST';
  return { url, method: asGet ? 'GET' : at.method, keepsBody: !asGet, redirects: at.redirects - 1 };
}

/** What the composition opened, it opened to calls that name it, not to what any server says. */
function demandOpen(network: Network, from: URL, next: Elsewhere): Elsewhere {
  const reason = 'only a call that names this address may reach it';
  if (network.isNamed(next.url))
    throw httpError('RUSTIC_HTTP_REDIRECT', { url: from.href, to: JSON.stringify(next.url.href), reason });
  return next;
}
