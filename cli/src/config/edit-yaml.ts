import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@rustic-ai/kernel';
import { type Document, parseDocument } from 'yaml';
import { isTable } from '../layers.js';

/** A YAML text as it is laid out by its library, without and with what makes one value the other; comments stay. */
export function editedYaml(text: string, from: Json, to: Json): readonly [before: string, after: string] {
  const document = parseDocument(text, { stringKeys: true });
  const laidOut = () => document.toString({ lineWidth: 0 });
  const before = laidOut();
  change(document, [], from, to);
  return [before, laidOut()];
}

type Path = readonly (string | number)[];

function change(document: Document, path: Path, from: Json | undefined, to: Json): void {
  if (isDeepStrictEqual(from, to)) return;
  if (isTable(from) && isTable(to)) {
    for (const name of Object.keys(from)) if (!Object.hasOwn(to, name)) document.deleteIn([...path, name]);
    for (const [name, value] of Object.entries(to)) change(document, [...path, name], from[name], value);
  } else if (Array.isArray(from) && Array.isArray(to)) changeList(document, path, from, to);
  // A single value takes the place of the old one beside its comment.
  else document.setIn(path, typeof to === 'object' ? document.createNode(to) : to);
}

function changeList(document: Document, path: Path, from: readonly Json[], to: readonly Json[]): void {
  const isKept = (value: Json) => to.some((one) => isDeepStrictEqual(one, value));
  const kept = to.length < from.length ? from.filter(isKept) : from;
  if (kept.length < from.length)
    for (const [index, value] of [...from.entries()].toReversed())
      if (!isKept(value)) document.deleteIn([...path, index]);
  for (const [index, value] of to.entries()) change(document, [...path, index], kept[index], value);
}
