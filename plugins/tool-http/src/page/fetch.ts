import type { Access, Call } from '@rustic-ai/kernel';
import { httpError, type Json, type ToolResult } from '@rustic-ai/kernel/contracts';
import { createDeadline, type Deadline } from '../network/deadline.js';
import { type Collected, collect } from '../network/decode.js';
import { exchange } from '../network/exchange.js';
import { isPage, isText, mediaTypeOf, textOfBytes } from '../network/media-type.js';
import type { Answer } from '../network/network.js';
import { parseUrl } from '../network/url.js';
import { type Parts, reaching, reporter } from '../parts.js';
import type { Page } from './worker.js';

export interface FetchInput {
  readonly url: string;
  readonly part?: 'article' | 'all';
  readonly offset?: number;
  readonly timeoutMs?: number;
}
/** What is read of one page, before it becomes text. Unit: bytes. */
const maxPageBytes = 16 * 1024 * 1024;
const accept = 'text/markdown, text/html;q=0.9, application/xhtml+xml;q=0.9, text/plain;q=0.8, */*;q=0.5';

export const fetchAccess = (parts: Parts, { url }: FetchInput): readonly Access[] => [reaching(parts, parseUrl(url))];

export async function fetchPage(parts: Parts, input: FetchInput, call: Call): Promise<ToolResult> {
  const deadline = createDeadline(call, input.timeoutMs ?? 30_000);
  const url = parseUrl(input.url);
  const first = { url, method: 'GET', headers: { accept }, redirects: parts.hops.left(call) };
  const done = await exchange({ ...parts, deadline }, first, async (answer) => {
    const { status } = answer;
    if (status < 200 || status > 299) throw httpError('RUSTIC_HTTP_STATUS', { url: answer.url.href, status });
    const collected = await collect(answer, maxPageBytes, reporter(call, answer));
    if (collected.cut) throw httpError('RUSTIC_HTTP_TOO_LARGE', { url: answer.url.href, maxBytes: maxPageBytes });
    return resultOf(await pageOf(answer, collected, input.part ?? 'article', deadline), answer, {
      offset: input.offset ?? 0,
      length: parts.maxBytes,
    });
  });
  if ('used' in done) return done.used;
  const again = { ...input, url: done.elsewhere.url.href, timeoutMs: deadline.leftMs };
  return parts.hops.follow(call, again as Json, done.elsewhere.redirects);
}

/** Throws: `RUSTIC_HTTP_CONTENT`. */
async function pageOf(
  { url, headers }: Answer,
  { bytes }: Collected,
  part: 'article' | 'all',
  { signal }: Deadline,
): Promise<Page> {
  const media = mediaTypeOf(headers['content-type']);
  const kind = bytes.subarray(0, 5).toString('latin1') === '%PDF-' ? 'pdf' : isPage(media) ? 'html' : undefined;
  if (!kind && isText(media, bytes)) return { text: textOfBytes(bytes, media) };
  const refuse = (reason: string, cause?: unknown) =>
    httpError('RUSTIC_HTTP_CONTENT', { url: url.href, reason }, cause);
  if (!kind) throw refuse(`it is of the type ${media.type || 'unknown'}`);
  const { readPage } = await import('./worker.js');
  const { charset } = media;
  try {
    return await readPage({ kind, bytes, url: url.href, part, ...(charset && { charset }) }, signal);
  } catch (error) {
    throw signal.aborted ? error : refuse((error as Error).message, error);
  }
}

/** A stretch of the text. Unit: characters. */
function resultOf(
  { title, text }: Page,
  { url }: Answer,
  wanted: { readonly offset: number; readonly length: number },
): ToolResult {
  const offset = Math.min(wanted.offset, text.length);
  const cut = text.slice(offset, offset + wanted.length);
  // Two halves make one character beyond the first 65,536.
  const stretch = cut.length < text.length - offset ? cut.replace(/[\ud800-\udbff]$/, '') : cut;
  const end = offset + stretch.length;
  const rest = offset > 0 || end < text.length;
  const more = end < text.length ? `; go on with offset ${end}` : '';
  const lines = [
    ...(title ? [title] : []),
    url.href,
    '',
    stretch,
    ...(rest ? [`[characters ${offset} to ${end} of ${text.length}${more}]`] : []),
  ];
  return {
    parts: [{ type: 'text', text: lines.join('\n') }],
    data: { url: url.href, ...(title && { title }), characters: text.length, offset, end },
  };
}
