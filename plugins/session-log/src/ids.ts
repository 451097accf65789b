import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no letter that looks like a digit. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Random text of 5 bits a character. */
export const randomId = (length: number): string =>
  Array.from(randomBytes(length), (byte) => digits[byte & 31]).join('');

/** `<yyyymmdd>-<8 characters>`: days sort, and the beginning is short to type. Unit: `now` in ms since 1970. */
export const newSessionId = (now: number): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}-${randomId(8)}`;
