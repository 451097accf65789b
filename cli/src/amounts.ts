import { InvalidArgumentError } from 'commander';

const spans: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const sizes: Readonly<Record<string, number>> = { kb: 1_000, mb: 1_000_000, gb: 1_000_000_000 };

const amount = (value: string, units: Readonly<Record<string, number>>): number | undefined => {
  const [, count = '', unit = ''] = /^(\d{1,6})([a-z]+)$/.exec(value.toLowerCase()) ?? [];
  return Object.hasOwn(units, unit) ? Number(count) * (units[unit] ?? 0) : undefined;
};

/** `12h`, `30d`, `8w`. Unit: ms. */
export function parseSpan(value: string): number {
  const found = amount(value, spans);
  if (found === undefined) throw new InvalidArgumentError('Write it like 12h, 30d or 8w.');
  return found;
}
/** `500kb`, `100mb`, `2gb`. Unit: bytes. */
export function parseSize(value: string): number {
  const found = amount(value, sizes);
  if (found === undefined) throw new InvalidArgumentError('Write it like 500kb, 100mb or 2gb.');
  return found;
}
/** A day or a time, ISO 8601; also how long ago, as `parseSpan` reads it. Returns ISO 8601 in UTC. */
export function parseTime(value: string): string {
  const ago = amount(value, spans);
  const at =
    ago === undefined
      ? /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(value) && Date.parse(value)
      : Date.now() - ago;
  if (typeof at !== 'number' || Number.isNaN(at))
    throw new InvalidArgumentError('Write a day or a time like 2026-01-31, or how long ago: 7d.');
  return new Date(at).toISOString();
}

/** The longest a timer can run. Unit: seconds. Source: Node, setTimeout, 2026. */
const longest = Math.floor((2 ** 31 - 1) / 1_000);
export const parseSeconds = (value: string): number => {
  const number = Number(value);
  if (number > 0 && number <= longest) return number;
  throw new InvalidArgumentError(`It must be a number above 0, at most ${longest}.`);
};
/** Unit: USD. */
export const parseUsd = (value: string): number => {
  if (/^\d{1,6}(\.\d{1,6})?$/.test(value) && Number(value) > 0) return Number(value);
  throw new InvalidArgumentError('Write dollars, such as 0.50.');
};
export const parseCount = (value: string): number => {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be a whole number from 1.');
};
