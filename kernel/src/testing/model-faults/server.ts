import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server on the loopback that does what a fault is about; what it was asked is kept. */
export interface FaultServer {
  readonly url: string;
  readonly host: string;
  readonly asked: readonly { readonly path: string; readonly body: string }[];
  /** Resolves when every connection it ever had is closed by the other side. */
  left(): Promise<unknown>;
  close(): Promise<void>;
}
export async function startFaultServer(
  answer: (response: ServerResponse, request: IncomingMessage) => unknown,
): Promise<FaultServer> {
  const asked: { path: string; body: string }[] = [];
  const sockets: Promise<unknown>[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ path: request.url ?? '', body: await text(request) });
    await answer(response, request);
  });
  server.on('connection', (socket: Socket) => {
    sockets.push(new Promise((resolve) => socket.on('error', () => {}).once('close', resolve)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    asked,
    left: () => Promise.all(sockets),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Writes the parts one by one: each is its own read at the other end. */
export async function writeApart(response: ServerResponse, parts: Iterable<string | Uint8Array>): Promise<void> {
  for (const part of parts) {
    if (response.destroyed) return;
    await new Promise<unknown>((resolve) => response.write(part, resolve));
  }
}
