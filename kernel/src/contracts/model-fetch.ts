import type { ClientRequest, IncomingMessage } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { modelError } from './model-errors.js';

/** One provider's connection, as vendors' SDKs take it. */
export interface ModelFetch {
  readonly fetch: (target: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Ends the connections that are kept open; what is under way fails. */
  close(): void;
}

/** Unit: ms. Servers commonly keep an idle connection for 5 s; a request never meets one that is about to close. */
const keptMs = 4_000;
/** Pieces of a body that are read ahead of whoever reads it; then the socket waits. */
const ahead = 16;

/**
 * A `fetch` bound to one origin: another one, a redirect and a web page are refused, so that neither key nor prompt goes
 * elsewhere. It sends the headers given here and those named in `passed`, nothing else an SDK adds or the environment
 * holds. It stands on `node:http`, which follows nothing by itself and takes two thirds of the time of the global fetch.
 *
 * Cancel: aborting `init.signal` closes the socket.
 * Throws: `RUSTIC_MODEL_STREAM_INVALID`; of the connection, Node's own errors with their `code`.
 */
export async function createModelFetch(options: {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: what it accepts, the type of the body, and who asks. */
  readonly passed?: readonly string[];
}): Promise<ModelFetch> {
  const { headers: own, passed = ['accept', 'content-type', 'user-agent'] } = options;
  const base = new URL(options.baseUrl);
  const { origin, protocol, host } = base;
  const { hostname, port } = urlToHttpOptions(base);
  const { Agent, request } = protocol === 'https:' ? await import('node:https') : await import('node:http');
  const agent = new Agent({ keepAlive: true, timeout: keptMs });
  const invalid = (reason: string) => modelError('RUSTIC_MODEL_STREAM_INVALID', { reason });

  return {
    async fetch(target, { method = 'GET', headers, body, signal } = {}) {
      const url = URL.parse(String(target));
      if (url?.origin !== origin) throw invalid(`the address ${String(target)} was never granted`);
      if (typeof body !== 'string' && body !== undefined && body !== null) throw invalid('the body is no text');
      const given = headers instanceof Headers ? headers : new Headers(headers);
      const sent: Record<string, string> = { host, ...own };
      for (const name of passed) if (given.has(name)) sent[name] = given.get(name) ?? '';
      if (body) sent['content-length'] = String(Buffer.byteLength(body));
      signal?.throwIfAborted();
      // Headers as a list are written as they are: a third less work than one by one.
      const path = url.pathname + url.search;
      const outgoing = request({ hostname, port, path, method, agent, headers: Object.entries(sent).flat() });
      const incoming = await answerTo(outgoing, body ?? undefined, signal ?? undefined);
      const { statusCode: status = 0, headers: received } = incoming;
      const redirects = status >= 300 && status < 400;
      const page = status < 300 && received['content-type']?.includes('text/html');
      if (redirects || page || status < 200 || status > 599) {
        incoming.destroy();
        if (redirects) throw invalid(`${origin} redirects, which is not followed`);
        throw invalid(page ? `${origin} answered with a web page` : `${origin} answered with status ${status}`);
      }
      const type = Object.entries(received).map(([name, value]): [string, string] => [name, String(value)]);
      return new Response(status === 204 || status === 205 ? null : bodyOf(incoming), { status, headers: type });
    },
    close: () => agent.destroy(),
  };
}

const answerTo = (outgoing: ClientRequest, body?: string, signal?: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const stop = () => outgoing.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', stop, { once: true });
    outgoing.on('close', () => signal?.removeEventListener('abort', stop));
    outgoing.on('response', resolve).on('error', reject).end(body);
  });

/** A slow reader pauses the socket; one that stops reading closes it. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  /** What has arrived already is still told after a body was left: the stream takes none of it any more. */
  let open = true;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        incoming.on('data', (piece: Buffer) => {
          if (!open) return;
          controller.enqueue(piece);
          if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
        });
        incoming.on('end', () => open && controller.close());
        incoming.on('error', (error) => open && controller.error(error));
      },
      pull: () => void incoming.resume(),
      cancel() {
        open = false;
        incoming.destroy();
      },
    },
    { highWaterMark: ahead },
  );
}
