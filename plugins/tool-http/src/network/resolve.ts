import { httpError } from '@rustic-ai/kernel/contracts';
import { lookup, Resolver } from 'node:dns/promises';

/** Every address of a host. Throws: `RUSTIC_HTTP_DNS`. Cancel: rejects with the signal's reason. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Asks the given servers, as `address[:port]`; without any, whatever this machine asks. Throws: for what is no address. */
export function createResolve(servers: readonly string[]): Resolve {
  const find = servers.length > 0 ? asking(servers) : asMachine;
  return async (host, signal) => {
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(signal.reason as Error);
    signal.throwIfAborted();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([find(host), stopped.promise]);
    } catch (error) {
      if (signal.aborted) throw error;
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      throw httpError('RUSTIC_HTTP_DNS', { host, reason: code }, error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

const asMachine = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address);

function asking(servers: readonly string[]): (host: string) => Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  resolver.setServers([...servers]);
  return async (host) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    if (found.length === 0) throw four.status === 'rejected' ? four.reason : new Error('no address');
    return found;
  };
}
