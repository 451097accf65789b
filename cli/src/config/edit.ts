import type { Json } from '@rustic-ai/kernel';
import type { Node } from 'jsonc-parser';
import { append, replaceNode, takeOut, treeOf, valueAt } from '../composing/edit.js';
import { entryOf, inline, withPlugin } from '../composing/rustic-json.js';

type Path = readonly string[];

/** `{ "a": { "b": value } }` for the path a, b. */
const wrapped = (path: Path, value: Json): Json => path.reduceRight((inner, name) => ({ [name]: inner }), value);

/** The options of a plugin in a text. */
function optionsNode(text: string, plugin: string): Node | undefined {
  const entry = entryOf(text, plugin);
  return entry?.type === 'array' ? entry.children?.[1] : valueAt(entry, 'options');
}

/** Sets an option of a plugin, which is listed where it is not yet. Comments and everything else stay as they are. */
export function withOptionAt(text: string, plugin: string, path: readonly [string, ...string[]], value: Json): string {
  const [first, ...below] = path;
  let node = optionsNode(text, plugin);
  for (const [index, name] of path.entries()) {
    const next = valueAt(node, name);
    if (node?.type === 'object' && !next && index > 0)
      return append(text, node, `${JSON.stringify(name)}: ${inline(wrapped(path.slice(index + 1), value))}`);
    if (next && next.type !== 'object' && index < path.length - 1)
      return replaceNode(text, next, inline(wrapped(path.slice(index + 1), value)));
    node = next;
  }
  if (node) return replaceNode(text, node, inline(value));
  const options = { [first]: wrapped(below, value) };
  if (valueAt(treeOf(text), 'plugins')) return withPlugin(text, plugin, options);
  return append(text, treeOf(text), `"plugins": [${inline([plugin, options])}]`);
}

/** Takes an option out. The same text where it is not set. */
export function withoutOptionAt(text: string, plugin: string, path: Path): string {
  const holder = path.slice(0, -1).reduce(valueAt, optionsNode(text, plugin));
  const property = holder?.children?.find((one) => one.children?.[0]?.value === path.at(-1));
  return holder && property ? takeOut(text, holder, property) : text;
}
