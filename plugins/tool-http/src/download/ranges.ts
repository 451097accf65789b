import type { Answer } from '../network/network.js';
import type { Validator } from './partials.js';

/** A date is sure when the content was a minute old. Source: RFC 9110, 8.8.2.2. Unit: ms. */
const sureMs = 60_000;

/** By what a rest would surely be of the same content; a weak ETag is not. Source: RFC 9110, 13.1.5. */
export function validatorOf({ headers, status }: Answer): Validator | undefined {
  const { etag, date, 'last-modified': modified } = headers;
  if (status !== 200 && status !== 206) return undefined;
  if (etag) return etag.startsWith('"') ? { ifRange: etag } : undefined;
  const sure = modified && date && Date.parse(date) - Date.parse(modified) >= sureMs;
  return sure ? { ifRange: modified } : undefined;
}

export interface Range {
  readonly first: number;
  /** Unit: bytes, of the whole. */
  readonly total: number;
}
/** Undefined: it is no range, or does not say of how much. */
export function rangeOf({ headers }: Answer): Range | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  if (total === undefined || Number(last) !== Number(total) - 1) return undefined;
  return { first: Number(first), total: Number(total) };
}
