import type { Node } from 'jsonc-parser';
import { parse, TomlError } from 'smol-toml';
import { correct, type Grammar, type Refuse } from './tree.js';
import { scalar } from './scalar.js';
import { keyOf, type Places, placesIn } from './toml-places.js';

/** TOML 1.0 as far as JSON goes: no dates, no numbers without an end. */
export const toml: Grammar = (text, refuse) => {
  const value = parsed(text, refuse);
  return nodeOf(value, { path: [], offset: 0, places: placesIn(text), refuse });
};

function parsed(text: string, refuse: Refuse) {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const before = text.split('\n').slice(0, error.line - 1);
    const offset = before.reduce((sum, line) => sum + line.length + 1, error.column - 1);
    const [first = ''] = error.message.split('\n');
    throw refuse(offset, `it is not TOML (${first.replace('Invalid TOML document: ', '')})`, correct);
  }
}

interface At {
  readonly path: readonly (string | number)[];
  readonly offset: number;
  readonly places: Places;
  readonly refuse: Refuse;
}
const isTable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

function nodeOf(value: unknown, at: At): Node {
  const below = (name: string | number): At & { readonly key: number } => {
    const path = [...at.path, name];
    const place = at.places.get(keyOf(path));
    return { ...at, path, offset: place?.value ?? at.offset, key: place?.key ?? at.offset };
  };
  const { offset } = at;
  if (Array.isArray(value)) {
    const children = value.map((one, index) => nodeOf(one, below(index)));
    return { type: 'array', offset, length: 0, children };
  }
  if (!isTable(value)) return scalar(value, offset, at.refuse);
  const children = Object.entries(value).map(([name, one]): Node => {
    const inside = below(name);
    const key: Node = { type: 'string', offset: inside.key, length: 0, value: name };
    return { type: 'property', offset: inside.key, length: 0, children: [key, nodeOf(one, inside)] };
  });
  return { type: 'object', offset, length: 0, children };
}
