import { type Access, type Call, isRusticError } from '@rustic-ai/kernel';
import { httpError, type Json, type ToolResult, workspaceError } from '@rustic-ai/kernel/contracts';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createDeadline } from '../network/deadline.js';
import { type Elsewhere, exchange } from '../network/exchange.js';
import { checkHeaders, type Headers, harmlessOf } from '../network/headers.js';
import { parseUrl } from '../network/url.js';
import { type Parts, reaching, reporter } from '../parts.js';
import type { Partial, Partials } from './partials.js';
import { type Progress, receive } from './receive.js';
import type { Recorder } from './recorder.js';

export interface DownloadInput {
  readonly url: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly overwrite?: boolean;
  readonly sha256?: string;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}
export interface DownloadParts extends Parts {
  readonly partials: Partials;
  readonly maxDownloadBytes: number;
  readonly record: Recorder;
}
/** How often one call goes on after a cut. */
const attempts = 4;
const pauseMs = 250;
const nothing: Progress = { bytes: 0, validator: undefined };

export const downloadAccess = async (parts: Parts, input: DownloadInput, call: Call): Promise<readonly Access[]> => {
  headersOf(input);
  const [file] = await parts.pins.access([{ path: input.path, action: 'fs.write' }], call);
  return [reaching(parts, parseUrl(input.url)), ...(file ? [file] : [])];
};

/** Throws: `RUSTIC_HTTP_HEADER`. */
function headersOf({ headers = {} }: DownloadInput): Headers {
  const checked = checkHeaders(headers);
  const range = Object.keys(checked).find((name) => /^(?:if-)?range$/.test(name));
  const reason = 'which part is asked for is up to the download';
  if (range) throw httpError('RUSTIC_HTTP_HEADER', { name: JSON.stringify(range), reason });
  return { ...checked, 'accept-encoding': 'identity' };
}

/** Brings a file into the workspace: whole and as expected, or not at all. */
export const download = (parts: DownloadParts, input: DownloadInput, call: Call): Promise<ToolResult> =>
  bring(parts, input, call).catch((error: unknown) => {
    const { syscall, path = input.path, message } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? error : workspaceError('RUSTIC_FS_FAILED', { path, reason: message }, error);
  });

async function bring(parts: DownloadParts, input: DownloadInput, call: Call): Promise<ToolResult> {
  const { path, overwrite = false } = input;
  await parts.pins.check(call);
  const there = await parts.workspace.files.info(path).catch(() => undefined);
  if (there && !overwrite) throw workspaceError('RUSTIC_FS_EXISTS', { path });
  const url = parseUrl(input.url);
  const key = createHash('sha256')
    .update(JSON.stringify([url.href, headersOf(input)]))
    .digest('hex');
  const partial = await parts.partials.claim(key);
  const deadline = createDeadline(call, input.timeoutMs ?? 600_000);
  let progress: Progress = partial.validator ? partial : nothing;
  let whole = false;
  try {
    const elsewhere = await fill();
    if (elsewhere) {
      const { 'accept-encoding': _, ...kept } = harmlessOf(input.headers ?? {});
      const again = { ...input, url: elsewhere.url.href, headers: kept, timeoutMs: deadline.leftMs };
      return await parts.hops.follow(call, again as Json, elsewhere.redirects);
    }
    whole = true;
    await parts.pins.check(call);
    const paths = [await parts.workspace.realpath(path)];
    return await parts.record(call, { paths, make: () => place(parts, input, partial) });
  } finally {
    const { validator, bytes } = progress;
    if (!whole && validator && bytes > 0) await partial.keep(validator);
    else await partial.drop();
  }

  /** Goes on after a cut while there is something to go on from. */
  async function fill(): Promise<Elsewhere | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        const done = await attemptOnce();
        if ('elsewhere' in done) return done.elsewhere;
        if (done.used === 'whole') return undefined;
        progress = nothing;
      } catch (error) {
        const code = isRusticError(error) ? error.code : undefined;
        if (code === 'RUSTIC_HTTP_TOO_LARGE') progress = nothing;
        const cut = code === 'RUSTIC_HTTP_RESPONSE' && progress.validator !== undefined;
        if (!cut || attempt === attempts || deadline.signal.aborted) throw error;
        await setTimeout(pauseMs, undefined, { signal: deadline.signal }).catch((reason: unknown) => {
          throw deadline.failure(reason, url);
        });
      }
    }
  }
  function attemptOnce() {
    const { bytes, validator } = progress;
    const rest = validator && bytes > 0 && { range: `bytes=${bytes}-`, 'if-range': validator.ifRange };
    const headers = { ...headersOf(input), ...rest };
    const first = { url, method: 'GET', headers, redirects: parts.hops.left(call) };
    return exchange({ ...parts, deadline }, first, (answer) =>
      receive(answer, {
        path: partial.path,
        from: rest ? progress : nothing,
        maxBytes: Math.min(input.maxBytes ?? parts.maxDownloadBytes, parts.maxDownloadBytes),
        report: reporter(call, answer),
        came: (next) => (progress = next),
      }),
    );
  }
}

/** Moves what was received into the workspace in one step. Throws: `RUSTIC_HTTP_DIGEST`, and what the workspace throws. */
async function place({ workspace }: Parts, input: DownloadInput, { path: from }: Partial): Promise<ToolResult> {
  const { url, path, overwrite = false, sha256: expected } = input;
  let found = '';
  let bytes = 0;
  async function* content(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const piece of createReadStream(from) as AsyncIterable<Buffer>) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
    found = hash.digest('hex');
    if (expected !== undefined && expected.toLowerCase() !== found)
      throw httpError('RUSTIC_HTTP_DIGEST', { url: parseUrl(url).href, found, expected });
  }
  await workspace.files.write(path, content(), { overwrite, atomic: true });
  return {
    parts: [{ type: 'text', text: `Saved ${path}: ${bytes} bytes, sha256 ${found}` }],
    data: { path, bytes, sha256: found },
  };
}
