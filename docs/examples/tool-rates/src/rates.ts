import { ratesError } from './errors.js';

/** Where a rate is asked for. */
export const rateUrl = (server: string, from: string, to: string): string => `${server}/rates/${from}/${to}`;

/**
 * What one unit is worth in another currency.
 *
 * Throws: `RUSTIC_RATES_SERVER`.
 * Cancel: ends the request, and throws the reason of `signal`.
 */
export async function askRate(url: string, signal: AbortSignal): Promise<number> {
  const refuse = (reason: string, cause?: unknown) => ratesError('RUSTIC_RATES_SERVER', { url, reason }, cause);
  const response = await fetch(url, { signal, redirect: 'error' }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw refuse('it can not be reached', error);
  });
  if (!response.ok) throw refuse(`it answered with ${response.status}`);
  const rate = Number(await response.text());
  if (!(rate > 0)) throw refuse('what it answered is no rate');
  return rate;
}
