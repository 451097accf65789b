import { httpError } from '@rustic-ai/kernel/contracts';

/** Longer ones are data that wants to leave. Unit: characters. */
const longest = 8_192;

/**
 * The address as it will be asked for: what is judged is what is connected to. IPv4 in any notation becomes four numbers.
 *
 * Throws: `RUSTIC_HTTP_URL`; a password in it is not repeated.
 */
export function parseUrl(text: string): URL {
  const refuse = (reason: string) => httpError('RUSTIC_HTTP_URL', { url: shown(text), reason });
  if (text.length > longest) throw refuse(`it has more than ${longest} characters`);
  if (/[\p{Cc}\s]/u.test(text)) throw refuse('it holds white space or control characters');
  const url = URL.parse(text);
  if (!url) throw refuse('it is no absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse('only http and https are possible');
  if (url.username || url.password) throw refuse('it holds a user name or a password');
  url.hash = '';
  return url;
}

const shown = (text: string) =>
  JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text).replace(/\/\/[^/@]*@/, '//…@');
