import { httpError } from '@rustic-ai/kernel/contracts';
import { type LookupFunction, Socket } from 'node:net';
import { Agent, buildConnector, request } from 'undici';
import { failureOf } from './failure.js';
import type { Link } from './network.js';
import { isSame } from './public.js';

/** Unit: bytes, of all headers of an answer together. */
const maxHeaderBytes = 16 * 1024;
const maxHeaders = 200;

/** Neither a proxy of the environment nor cookies: an agent of undici's own has none. */
export function createLink(addresses: readonly string[]): Link {
  const connect = buildConnector({ lookup: lookupOf(addresses), autoSelectFamily: true, allowH2: false });
  const sockets = new Set<Socket>();
  const agent = new Agent({
    allowH2: false,
    maxHeaderSize: maxHeaderBytes,
    connect: checking(connect, addresses, sockets),
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy(new Error('The call is over.'));
  };
  return {
    async send(url, { method, headers, body = null }, signal) {
      const limits = { headersTimeout: 0, bodyTimeout: 0 };
      // The client hears of its signal only once it is connected, which takes as long as the network takes to refuse.
      signal.addEventListener('abort', cut, { once: true });
      try {
        const sent = { method: method as 'GET', headers, body, dispatcher: agent, signal, ...limits };
        const { statusCode: status, headers: received, body: stream } = await request(url, sent);
        if (Object.values(received).flat().length > maxHeaders) {
          stream.on('error', () => {}).destroy();
          throw httpError('RUSTIC_HTTP_RESPONSE', { url: url.href, reason: `it has more than ${maxHeaders} headers` });
        }
        const lines = Object.entries(received).map(([name, value = '']) => [name, [value].flat().join(', ')]);
        return { url, status, headers: Object.fromEntries(lines) as Record<string, string>, body: stream };
      } catch (error) {
        throw signal.aborted ? error : failureOf(error, url, 'head');
      } finally {
        signal.removeEventListener('abort', cut);
      }
    },
    async close() {
      cut();
      await agent.destroy();
    },
  };
}

/** Answers what was looked up before; nobody is asked again. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, options, done) => {
    const [first = { address: '', family: 4 }] = all;
    if (options.all) done(null, all);
    else done(null, first.address, first.family);
  };
}

/**
 * Literal addresses pass by every lookup, so where a socket ended up is looked at as well. `sockets`: all that were made,
 * from their beginning.
 */
const checking =
  (connect: buildConnector.connector, addresses: readonly string[], sockets: Set<Socket>): buildConnector.connector =>
  (options, done) => {
    const made: unknown = connect(options, (error, socket) => {
      if (!socket) return done(error ?? new Error('There is no connection.'), null);
      const { remoteAddress } = socket;
      if (remoteAddress && addresses.some((address) => isSame(address, remoteAddress))) return done(null, socket);
      socket.destroy();
      done(new Error(`The connection leads to ${remoteAddress ?? 'nowhere'}, which was not checked.`), null);
    });
    if (made instanceof Socket) sockets.add(made);
  };
