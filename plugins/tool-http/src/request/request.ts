import type { Access, Call, Preview } from '@rustic-ai/kernel';
import type { Json, ToolResult } from '@rustic-ai/kernel/contracts';
import { createDeadline } from '../network/deadline.js';
import { collect } from '../network/decode.js';
import { exchange } from '../network/exchange.js';
import { checkHeaders, type Headers, harmlessOf, withoutBody } from '../network/headers.js';
import { parseUrl } from '../network/url.js';
import { type Parts, reaching, reporter } from '../parts.js';
import { type Bodies, bodyOf, demandBody, filesOf } from './body.js';
import { resultOf } from './answer.js';
import { keepRest, maxKeptBytes } from './rest.js';

export interface RequestInput extends Bodies {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Headers;
  readonly follow?: boolean;
  readonly as?: 'auto' | 'base64';
  readonly timeoutMs?: number;
}

export const requestAccess = async (parts: Parts, input: RequestInput, call: Call): Promise<readonly Access[]> => {
  const { method = 'GET', headers = {} } = input;
  checkHeaders(headers);
  demandBody(input, method);
  const files = await parts.pins.access(
    filesOf(input).map((path) => ({ path, action: 'fs.read' })),
    call,
  );
  return [reaching(parts, parseUrl(input.url)), ...files];
};

/** All that leaves this machine. */
export function requestPreview({ url, method = 'GET', headers = {}, ...input }: RequestInput): Preview {
  const { json, form, text, file, multipart } = input;
  const body = json ?? form ?? text ?? (file === undefined ? multipart : { file });
  const lines = [
    method === 'GET' ? parseUrl(url).href : `${method} ${parseUrl(url).href}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : ['', typeof body === 'string' ? body : JSON.stringify(body, null, 2)]),
  ];
  return { type: 'url', text: lines.join('\n') };
}

export async function request(parts: Parts, input: RequestInput, call: Call): Promise<ToolResult> {
  const { method = 'GET', follow = true, as = 'auto', timeoutMs = 30_000 } = input;
  const headers = checkHeaders(input.headers ?? {});
  await parts.pins.check(call);
  const deadline = createDeadline(call, timeoutMs);
  const body = await bodyOf(input, parts.workspace);
  const typed = body && !headers['content-type'] ? { ...headers, 'content-type': body.type } : headers;
  const redirects = follow ? parts.hops.left(call) : undefined;
  const first = { url: parseUrl(input.url), method, headers: typed, body: body?.bytes, redirects };
  const done = await exchange({ ...parts, deadline }, first, async (answer) => {
    const report = reporter(call, answer);
    const most = Math.max(parts.maxBytes, parts.outputs ? maxKeptBytes : 0);
    return resultOf(answer, await keepRest(parts, answer, await collect(answer, most, report), call), as);
  });
  if ('used' in done) return done.used;
  const { url, method: next, keepsBody, redirects: left } = done.elsewhere;
  const { json: _json, form: _form, text: _text, file: _file, multipart: _multipart, ...bodiless } = input;
  const kept = harmlessOf(input.headers ?? {});
  const again = {
    ...(keepsBody ? input : bodiless),
    url: url.href,
    method: next,
    headers: keepsBody ? kept : withoutBody(kept),
    timeoutMs: deadline.leftMs,
  };
  return parts.hops.follow(call, again as Json, left);
}
