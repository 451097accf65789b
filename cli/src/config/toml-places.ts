type Path = readonly (string | number)[];
/** Where a key and its value begin. Unit: characters from the start. */
interface Place {
  readonly key: number;
  readonly value: number;
}
/** By path, as `keyOf` writes it. */
export type Places = ReadonlyMap<string, Place>;
export const keyOf = (path: Path): string => JSON.stringify(path);

const trivia = /(?:[ \t\r\n]|#[^\n]*)*/y;
const blanks = /[ \t]*/y;
const keyPart = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+/y;
const longText = /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}/y;
const shortText = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;
const plain = /[^,\]}#\n]*/y;

/**
 * Where everything stands in a TOML text, which its parser does not tell.
 *
 * Shape: what is not found is not in it; of a text that is not TOML, anything.
 */
export function placesIn(text: string): Places {
  const places = new Map<string, Place>();
  /** How many tables a `[[list]]` has so far, by path. */
  const lists = new Map<string, number>();
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += found.length;
    return found;
  };
  const note = (path: Path, place: Place) => {
    if (!places.has(keyOf(path))) places.set(keyOf(path), place);
  };

  /** `a.b."c"`, and where its last part stands. */
  const key = (): { readonly parts: readonly string[]; readonly last: number } => {
    const parts: string[] = [];
    let last = at;
    do {
      take(blanks);
      last = at;
      parts.push(unquoted(take(keyPart)));
      take(blanks);
    } while (text[at] === '.' && at++ < text.length);
    return { parts, last };
  };
  const assignment = (base: Path) => {
    const { parts, last } = key();
    at++;
    take(blanks);
    for (const [index] of parts.entries()) note([...base, ...parts.slice(0, index + 1)], { key: last, value: at });
    value([...base, ...parts]);
  };
  const members = (close: string, member: (index: number) => void) => {
    at++;
    for (let index = 0; at < text.length; index++) {
      take(trivia);
      if (text[at] === close) break;
      member(index);
      take(trivia);
      if (text[at] === ',') at++;
    }
    at++;
  };
  const value = (path: Path): void => {
    if (text[at] === '[')
      members(']', (index) => {
        note([...path, index], { key: at, value: at });
        value([...path, index]);
      });
    else if (text[at] === '{') members('}', () => assignment(path));
    else if (!take(longText) && !take(shortText)) take(plain);
  };
  /** The path of a header: of a list of tables its last one is meant. */
  const resolved = (parts: readonly string[]): Path =>
    parts.reduce<Path>((path, part) => {
      const next = [...path, part];
      const count = lists.get(keyOf(next));
      return count === undefined ? next : [...next, count - 1];
    }, []);
  const header = (): Path => {
    const start = at;
    const isList = text.startsWith('[[', at);
    at += isList ? 2 : 1;
    const { parts, last } = key();
    at += isList ? 2 : 1;
    const [name = '', ...above] = parts.toReversed();
    const path = [...resolved(above.toReversed()), name];
    for (const [index] of path.entries()) note(path.slice(0, index + 1), { key: last, value: start });
    if (!isList) return path;
    const count = lists.get(keyOf(path)) ?? 0;
    lists.set(keyOf(path), count + 1);
    note([...path, count], { key: last, value: start });
    return [...path, count];
  };

  let table: Path = [];
  for (take(trivia); at < text.length; take(trivia)) {
    const before = at;
    if (text[at] === '[') table = header();
    else assignment(table);
    if (at === before) break;
  }
  return places;
}

function unquoted(part: string): string {
  if (part.startsWith("'")) return part.slice(1, -1);
  if (!part.startsWith('"')) return part;
  try {
    return JSON.parse(part) as string;
  } catch {
    // An escape that only TOML has: its place is not told.
    return part;
  }
}
