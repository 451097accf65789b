import type { Json, ToolResult } from '@rustic-ai/kernel/contracts';
import { createHash } from 'node:crypto';
import { isJson, isText, mediaTypeOf, textOfBytes } from '../network/media-type.js';
import type { Answer } from '../network/network.js';
import type { Given } from './rest.js';

/** What the model reads of an answer: status, headers, then the body as text, or what it is. */
export function resultOf(answer: Answer, { bytes, cut, full }: Given, as: 'auto' | 'base64'): ToolResult {
  const { url, status, headers } = answer;
  const media = mediaTypeOf(headers['content-type']);
  const text = as === 'auto' && isText(media, bytes) ? textOfBytes(bytes, media) : undefined;
  const json = text !== undefined && !cut && isJson(media) ? parsed(text) : undefined;
  const shown = text ?? (as === 'base64' ? bytes.toString('base64') : describe(bytes, media.type, cut));
  const lines = [
    `${status} ${url.href}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(bytes.length > 0 ? ['', shown] : []),
    ...(cut ? [`[cut: the first ${bytes.length} bytes; ${whereRest(full)}]`] : []),
  ];
  return {
    parts: [{ type: 'text', text: lines.join('\n') }],
    data: { url: url.href, status, headers, bytes: bytes.length, cut, ...(json !== undefined && { json }) },
    ...(full && { full: { ref: full.ref, bytes: full.bytes } }),
  };
}

const whereRest = (full: Given['full']) =>
  full ? `${full.bytes} bytes of it are kept: ${full.tool} with ref "${full.ref}"` : 'http_download keeps all of it';
const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};
const describe = (bytes: Buffer, type: string, cut: boolean) => {
  const digest = cut ? '' : `, sha256 ${createHash('sha256').update(bytes).digest('hex')}`;
  return `[binary: ${type || 'of no stated type'}, ${bytes.length} bytes${cut ? ' and more' : digest}]`;
};
