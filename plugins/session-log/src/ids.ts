import { randomFillSync } from 'node:crypto';

/** Crockford's base 32: no letter that looks like a digit. */
const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Random text of 5 bits a character. */
export type RandomId = (length: number) => string;

/** Draws random bytes by the pool: asking the system for ten of them costs as much as for a thousand. */
export function createRandomId(): RandomId {
  const pool = new Uint8Array(1_024);
  let used = pool.length;
  return (length) => {
    if (used + length > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = pool.subarray(used, used + length);
    used += length;
    return Array.from(bytes, (byte) => digits[byte & 31]).join('');
  };
}

/** `<yyyymmdd>-<8 characters>`: days sort, and the beginning is short to type. Unit: `now` in ms since 1970. */
export const newSessionId = (now: number, randomId: RandomId): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}-${randomId(8)}`;
