import { httpError } from '@rustic-ai/kernel/contracts';
import { pipeline, type Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { failureOf } from './failure.js';
import type { Answer } from './network.js';

/** What this client asks for. Not deflate: servers disagree on what it is. Source: RFC 9110, 8.4.1.2. */
export const acceptedEncodings = 'gzip, br, zstd';
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};
/** More of them on top of each other are an attack. */
const mostEncodings = 2;

export const encodingsOf = ({ headers }: Answer): readonly string[] =>
  (headers['content-encoding'] ?? '')
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '' && one !== 'identity');

/**
 * The body as it was before it was compressed, piece by piece: nothing is unpacked that nobody reads.
 *
 * Throws: `RUSTIC_HTTP_RESPONSE`, at once or while it is read.
 */
export async function* decoded(answer: Answer): AsyncGenerator<Buffer> {
  const { url, body } = answer;
  // A body that is left early says so; whoever reads it knows.
  body.on('error', () => {});
  const encodings = encodingsOf(answer);
  const unknown = encodings.find((one) => !Object.hasOwn(decoders, one));
  const refuse = (reason: string) => {
    body.destroy();
    return httpError('RUSTIC_HTTP_RESPONSE', { url: url.href, reason });
  };
  if (unknown !== undefined) throw refuse(`it is encoded as "${unknown}"`);
  if (encodings.length > mostEncodings) throw refuse(`it is encoded ${encodings.length} times`);
  let empty = true;
  const noticing = new Transform({
    transform(piece, _, done) {
      empty = false;
      done(null, piece);
    },
  });
  const unpacking = encodings.toReversed().flatMap((one) => decoders[one]?.() ?? []);
  const steps = unpacking.length > 0 ? [noticing, ...unpacking] : [];
  // Whoever reads the last stream meets the errors of all.
  const last = steps.reduce<Readable>((from, step) => pipeline(from, step, () => {}), body);
  try {
    yield* last as AsyncIterable<Buffer>;
  } catch (error) {
    // An answer to HEAD names an encoding and has no body.
    if (empty && body.readableEnded) return;
    throw failureOf(error, url, 'body');
  } finally {
    body.destroy();
  }
}

export interface Collected {
  readonly bytes: Buffer;
  /** There was more. */
  readonly cut: boolean;
}
/** The beginning of a body; the rest is never asked for. `report`: how much there is by now. */
export async function collect(
  answer: Answer,
  maxBytes: number,
  report: (bytes: number) => void = () => {},
): Promise<Collected> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of decoded(answer)) {
    pieces.push(piece);
    size += piece.length;
    report(size);
    if (size > maxBytes) break;
  }
  return { bytes: Buffer.concat(pieces).subarray(0, maxBytes), cut: size > maxBytes };
}
