import type { NewSessionEntry, SessionEntry, SessionInfo } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';

/** A session as a file holds it; `seq` is a line's number, from 1. */
export interface Exported {
  readonly session: SessionInfo;
  readonly entries: readonly (NewSessionEntry & { readonly seq: number })[];
}
const format = 'rustic.session';
const version = 1;
const types: readonly string[] = ['message', 'intent', 'receipt', 'summary', 'label', 'note'];

const plain = ({ session: _, ...entry }: SessionEntry) => entry;

export const toJson = (session: SessionInfo, entries: readonly SessionEntry[]): string =>
  `${JSON.stringify({ format, v: version, session, entries: entries.map(plain) }, null, 2)}\n`;

/** A line that says what it is, then a line for each entry. */
export const toJsonLines = (session: SessionInfo, entries: readonly SessionEntry[]): string =>
  [{ format, v: version, session }, ...entries.map(plain)].map((line) => `${JSON.stringify(line)}\n`).join('');

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTime = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const isText = (value: unknown): boolean => typeof value === 'string';
const isOptionalText = (value: unknown): boolean => value === undefined || isText(value);

/** The first field that is not as it must be, and any that is not known. */
function wrongField(
  value: Fields,
  fields: { readonly [name: string]: (value: unknown) => boolean },
): string | undefined {
  return (
    Object.keys(fields).find((name) => !fields[name]?.(Object.hasOwn(value, name) ? value[name] : undefined)) ??
    Object.keys(value).find((name) => !Object.hasOwn(fields, name))
  );
}
const isSession = {
  id: (value: unknown) => isText(value) && value !== '',
  title: isOptionalText,
  agent: isText,
  project: isOptionalText,
  tags: (value: unknown) => Array.isArray(value) && value.every(isText),
  createdAt: isTime,
  updatedAt: isTime,
  entries: (value: unknown) => Number.isSafeInteger(value),
};
const isEntry = {
  seq: (value: unknown) => Number.isSafeInteger(value),
  id: isText,
  parent: isOptionalText,
  ts: isTime,
  type: (value: unknown) => types.includes(String(value)),
  body: (value: unknown) => value !== undefined,
};

/**
 * Reads what `toJson` and `toJsonLines` wrote.
 *
 * Throws: `RUSTIC_IMPORT_INVALID` with the first thing that is wrong.
 */
export function parseExported(text: string, file: string): Exported {
  const fail = (reason: string, cause?: unknown) => cliError('RUSTIC_IMPORT_INVALID', { file, reason }, cause);
  const { head, lines } = read(text, fail);
  if (head['format'] !== format) throw fail(`its "format" is not "${format}"`);
  if (head['v'] !== version)
    throw fail(`it has version ${JSON.stringify(head['v'])}, and this program reads ${version}`);
  const { session } = head;
  if (!isFields(session)) throw fail('its "session" is missing');
  const wrong = wrongField(session, isSession);
  if (wrong !== undefined) throw fail(`"${wrong}" of its session is not as it must be`);
  const ids = new Set<unknown>();
  for (const [index, entry] of lines.entries()) {
    const where = `entry ${index + 1}`;
    if (!isFields(entry)) throw fail(`${where} is no object`);
    const field = wrongField(entry, isEntry);
    if (field !== undefined) throw fail(`"${field}" of ${where} is not as it must be`);
    if (entry['seq'] !== index + 1) throw fail(`${where} has the number ${String(entry['seq'])}`);
    if (ids.has(entry['id'])) throw fail(`${where} has the id of one before it`);
    ids.add(entry['id']);
  }
  if (session['entries'] !== lines.length)
    throw fail(`it should have ${String(session['entries'])} entries and has ${lines.length}`);
  return { session, entries: lines } as unknown as Exported;
}

type Fail = (reason: string, cause?: unknown) => Error;

function read(text: string, fail: Fail): { readonly head: Fields; readonly lines: readonly unknown[] } {
  const whole = tryJson(text);
  if (isFields(whole) && Array.isArray(whole['entries'])) return { head: whole, lines: whole['entries'] };
  const [head, ...lines] = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw fail(`line ${number} is no JSON`, error);
      }
    });
  if (!isFields(head)) throw fail('it does not begin with an object');
  return { head, lines };
}
function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
