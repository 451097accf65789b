import { httpError } from '@rustic-ai/kernel/contracts';

export type Headers = Readonly<Record<string, string>>;

/** What frames the message or goes to a proxy is this client's own business. Source: RFC 9110, 7.6.1; RFC 9112, 6. */
const own =
  /^(?:host|connection|content-length|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|accept-encoding)$/;
/** Source: RFC 9110, 5.6.2 "token" and 5.5 "field-value". */
const name = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Unit: characters, of all headers of a request together. */
const most = 16_384;
/** What may follow to another host: nothing that could be a key. */
const harmless = /^(?:accept|accept-language|content-type|user-agent|range|if-range|cache-control)$/;

/** Headers as they are sent, their names in lower case. Throws: `RUSTIC_HTTP_HEADER`. */
export function checkHeaders(given: Headers): Headers {
  const refuse = (which: string, reason: string) =>
    httpError('RUSTIC_HTTP_HEADER', { name: JSON.stringify(which.slice(0, 100)), reason });
  const checked: Record<string, string> = {};
  let size = 0;
  for (const [raw, text] of Object.entries(given)) {
    const lower = raw.toLowerCase();
    if (!name.test(lower)) throw refuse(raw, 'it is no name of a header');
    if (own.test(lower)) throw refuse(raw, 'it is set by the client itself');
    if (!value.test(text)) throw refuse(raw, 'its value holds line breaks or characters beyond Latin-1');
    if (lower in checked) throw refuse(raw, 'it is given twice');
    size += lower.length + text.length;
    if (size > most) throw refuse(raw, `with it, the headers have more than ${most} characters`);
    checked[lower] = text.trim();
  }
  return checked;
}

/** The headers that may follow a redirect to another origin. */
export const harmlessOf = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([one]) => harmless.test(one.toLowerCase())));
/** Without what describes a body that is not sent any more. */
export const withoutBody = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([one]) => !/^content-/i.test(one)));
