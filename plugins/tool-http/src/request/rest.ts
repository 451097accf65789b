import type { Call } from '@rustic-ai/kernel';
import type { KeptOutput } from '@rustic-ai/kernel/contracts';
import type { Collected } from '../network/decode.js';
import { isText, mediaTypeOf, textOfBytes } from '../network/media-type.js';
import type { Answer } from '../network/network.js';
import type { Parts } from '../parts.js';

/** What is read of an answer where the rest of it is kept. Unit: bytes. */
export const maxKeptBytes = 16 * 1024 * 1024;

/** What the model is given of a body. */
export interface Given extends Collected {
  readonly full?: KeptOutput;
}
/** The beginning of a body; of text the whole is kept, where somebody keeps it. */
export async function keepRest(
  { maxBytes, outputs }: Pick<Parts, 'maxBytes' | 'outputs'>,
  { headers }: Answer,
  { bytes, cut }: Collected,
  call: Call,
): Promise<Given> {
  const shown = bytes.subarray(0, maxBytes);
  if (!cut && shown.length === bytes.length) return { bytes, cut };
  const media = mediaTypeOf(headers['content-type']);
  const full =
    outputs && isText(media, shown) ? await (await outputs()).keep(call, textOfBytes(bytes, media)) : undefined;
  return { bytes: shown, cut: true, ...(full && { full }) };
}
