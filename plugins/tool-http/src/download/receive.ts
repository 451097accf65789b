import { httpError } from '@rustic-ai/kernel/contracts';
import { open } from 'node:fs/promises';
import { decoded, encodingsOf } from '../network/decode.js';
import type { Answer } from '../network/network.js';
import type { Validator } from './partials.js';
import { rangeOf, validatorOf } from './ranges.js';

/** How far a download has come. */
export interface Progress {
  readonly bytes: number;
  readonly validator: Validator | undefined;
}
export interface Receiving {
  readonly path: string;
  readonly maxBytes: number;
  /** What is there already, and was asked to be continued. */
  readonly from: Progress;
  readonly report: (bytes: number) => void;
  /** Told after each piece, so that a cut loses nothing. */
  readonly came: (progress: Progress) => void;
}
export type Received = 'whole' | 'again';

/**
 * Writes an answer to the file: after what is there if it continues it, else from the beginning.
 *
 * Shape: `again` when the server can not continue what is there.
 * Throws: `RUSTIC_HTTP_STATUS`, `RUSTIC_HTTP_TOO_LARGE`, `RUSTIC_HTTP_RESPONSE`.
 */
export async function receive(answer: Answer, parts: Receiving): Promise<Received> {
  const { path, maxBytes, from, report, came } = parts;
  const { status, headers } = answer;
  const url = answer.url.href;
  const leave = () => answer.body.on('error', () => {}).destroy();
  const invalid = (reason: string) => {
    leave();
    return httpError('RUSTIC_HTTP_RESPONSE', { url, reason });
  };
  const validator = encodingsOf(answer).length > 0 ? undefined : validatorOf(answer);
  const asked = from.bytes > 0;
  if (asked && (status === 416 || (status === 206 && !continues(answer, from)))) {
    leave();
    return 'again';
  }
  if (status !== 200 && !(status === 206 && asked)) {
    leave();
    throw httpError('RUSTIC_HTTP_STATUS', { url, status });
  }
  let bytes = status === 206 ? from.bytes : 0;
  const length = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  const total = status === 206 ? rangeOf(answer)?.total : length;
  const tooLarge = () => httpError('RUSTIC_HTTP_TOO_LARGE', { url, maxBytes });
  if (total !== undefined && total > maxBytes) {
    leave();
    throw tooLarge();
  }
  const file = await open(path, 'a', 0o600);
  try {
    // Of a piece that was cut while it was written, a part may be there.
    await file.truncate(bytes);
    came({ bytes, validator });
    for await (const piece of decoded(answer)) {
      if (bytes + piece.length > maxBytes) throw tooLarge();
      await file.writeFile(piece);
      bytes += piece.length;
      came({ bytes, validator });
      report(bytes);
    }
  } finally {
    await file.close();
  }
  const expected = encodingsOf(answer).length > 0 ? undefined : total;
  if (expected !== undefined && bytes !== expected) throw invalid(`it has ${bytes} bytes instead of ${expected}`);
  return 'whole';
}

/** A rest is one only of the same content, right after what is there, and up to the end. */
function continues(answer: Answer, { bytes, validator }: Progress): boolean {
  const now = validatorOf(answer);
  return rangeOf(answer)?.first === bytes && (now === undefined || now.ifRange === validator?.ifRange);
}
