import { httpError } from '@rustic-ai/kernel/contracts';
import type { Readable } from 'node:stream';
import { literalOf, whyNotPublic } from './public.js';
import type { Resolve } from './resolve.js';

/** What may be reached: public addresses, and the origins that the composition names. */
export interface Network {
  /** Whether the composition names this origin: its scheme, host and port. */
  isNamed(url: URL): boolean;
  /** Refuses what can be told without asking anybody. Throws: `RUSTIC_HTTP_ADDRESS`. */
  demandPublic(url: URL): void;
  /**
   * Looks up the host once and checks every address of it. What is sent goes to those addresses, whatever the name leads
   * to by then.
   *
   * Throws: `RUSTIC_HTTP_DNS`, `RUSTIC_HTTP_ADDRESS`.
   */
  open(url: URL, signal: AbortSignal): Promise<Link>;
}
/** The way to one origin. */
export interface Link {
  /** Throws: `RUSTIC_HTTP_CONNECT`, `RUSTIC_HTTP_RESPONSE`. */
  send(url: URL, request: Outgoing, signal: AbortSignal): Promise<Answer>;
  /** Ends its connections, and what is under way on them. */
  close(): Promise<void>;
}
export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}
export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As it was sent: perhaps compressed. */
  readonly body: Readable;
}

export function createNetwork(parts: {
  /** Origins beside the public ones. */
  readonly named: readonly string[];
  readonly resolve: Resolve;
}): Network {
  const named = new Set(parts.named.map((one) => new URL(one).origin));
  const isNamed = (url: URL) => named.has(url.origin);
  const demand = (url: URL, address: string) => {
    const range = whyNotPublic(address);
    if (range) throw httpError('RUSTIC_HTTP_ADDRESS', { host: url.hostname, address, range });
  };
  return {
    isNamed,
    demandPublic(url) {
      const literal = literalOf(url.hostname);
      if (literal && !isNamed(url)) demand(url, literal);
    },
    async open(url, signal) {
      const literal = literalOf(url.hostname);
      const addresses = literal ? [literal] : await parts.resolve(url.hostname, signal);
      if (!isNamed(url)) for (const address of addresses) demand(url, address);
      const { createLink } = await import('./link.js');
      return createLink(addresses);
    },
  };
}
