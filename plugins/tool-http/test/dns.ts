import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

export interface Names {
  /** `127.0.0.1:<port>` */
  readonly server: string;
  /** How often each `name type` was asked for. */
  readonly asked: Map<string, number>;
}
/** IPv4 addresses of a name, by how often it was asked for before. */
export type Zone = Readonly<
  Record<string, (before: number) => { readonly a?: readonly string[]; readonly aaaa?: readonly string[] }>
>;

/** A DNS server on loopback. Source: RFC 1035, section 4; AAAA as RFC 3596. */
export async function serveNames(zone: Zone): Promise<Names> {
  const asked = new Map<string, number>();
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    const type = query.readUInt16BE(at + 1);
    const kind = type === 1 ? 'a' : type === 28 ? 'aaaa' : 'other';
    const before = asked.get(`${name} ${kind}`) ?? 0;
    asked.set(`${name} ${kind}`, before + 1);
    const known = zone[name]?.(before);
    const addresses = (kind === 'other' ? undefined : known?.[kind]) ?? [];
    const answers = addresses.map((one) => {
      const data = kind === 'a' ? Buffer.from(one.split('.').map(Number)) : sixteen(one);
      const head = Buffer.from([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
      return Buffer.concat([head, data]);
    });
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
    head.writeUInt16BE(answers.length, 6);
    head.fill(0, 8, 12);
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked };
}

/** An IPv6 address with at most one `::`, as its bytes. */
function sixteen(address: string): Buffer {
  const [left = '', right = ''] = address.split('::');
  const words = (text: string) => text.split(':').filter(Boolean);
  const middle = Array.from({ length: 8 - words(left).length - words(right).length }, () => '0');
  return Buffer.from(
    [...words(left), ...middle, ...words(right)].flatMap((word) => {
      const value = Number.parseInt(word, 16);
      return [value >> 8, value & 255];
    }),
  );
}
