import type { Json } from '@rustic-ai/kernel';
import type { Node } from 'jsonc-parser';
import { append, replaceNode, takeOut, treeOf, valueAt } from './edit.js';

type Options = { readonly [name: string]: Json };

/** The package an entry of "plugins" names. */
const nameNode = (entry: Node): Node | undefined =>
  entry.type === 'string' ? entry : entry.type === 'array' ? entry.children?.[0] : valueAt(entry, 'package');
const entriesOf = (text: string): readonly Node[] => valueAt(treeOf(text), 'plugins')?.children ?? [];
/** The entry of a package in a composition. */
export const entryOf = (text: string, name: string) => entriesOf(text).find((entry) => nameNode(entry)?.value === name);

/** The packages of a composition, also those that are not enabled. */
export const packagesOf = (text: string): readonly string[] =>
  entriesOf(text).map((entry) => String(nameNode(entry)?.value));

const entryText = (name: string, options: Options) =>
  Object.keys(options).length > 0 ? inline([name, options]) : JSON.stringify(name);
/** JSON on one line, with blanks as a person would put them. */
export const inline = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${inline(one)}`);
  return members.length > 0 ? `{ ${members.join(', ')} }` : '{}';
};

/** Lists a plugin, with these options on top of those it has. The same text when it says so already. */
export function withPlugin(text: string, name: string, options: Options): string {
  const entry = entryOf(text, name);
  if (!entry) {
    const list = valueAt(treeOf(text), 'plugins');
    return list ? append(text, list, entryText(name, options)) : text;
  }
  if (Object.keys(options).length === 0) return text;
  if (entry.type === 'string') return replaceNode(text, entry, entryText(name, options));
  return Object.entries(options).reduce((now, [option, value]) => withOption(now, name, option, value), text);
}
function withOption(text: string, name: string, option: string, value: Json): string {
  const entry = entryOf(text, name) as Node;
  const options = entry.type === 'array' ? entry.children?.[1] : valueAt(entry, 'options');
  const member = `${JSON.stringify(option)}: ${inline(value)}`;
  if (!options) return append(text, entry, entry.type === 'array' ? `{ ${member} }` : `"options": { ${member} }`);
  const known = valueAt(options, option);
  return known ? replaceNode(text, known, inline(value)) : append(text, options, member);
}

/** An operation of a plugin that shall have another name. */
export interface Renaming {
  readonly package: string;
  readonly operation: string;
  /** As the plugin itself calls it. */
  readonly name: string;
  readonly to: string;
}
const renamesIn = (text: string, name: string, operation: string) =>
  valueAt(valueAt(entryOf(text, name), 'rename'), operation);

/** What a plugin itself calls an operation that may have another name in a composition. */
export const ownName = (text: string, plugin: string, operation: string, called: string): string =>
  String(
    renamesIn(text, plugin, operation)?.children?.find(({ children }) => children?.[1]?.value === called)?.children?.[0]
      ?.value ?? called,
  );

/** Gives an operation of a plugin that is listed another name. */
export function withRename(text: string, renaming: Renaming): string {
  const { package: plugin, operation, name, to } = renaming;
  const entry = entryOf(text, plugin);
  if (!entry) return text;
  if (entry.type !== 'object') {
    const options = entry.children?.[1];
    const put = options ? `, "options": ${text.slice(options.offset, options.offset + options.length)}` : '';
    return withRename(replaceNode(text, entry, `{ "package": ${JSON.stringify(plugin)}${put} }`), renaming);
  }
  const renames = valueAt(entry, 'rename');
  const names = renamesIn(text, plugin, operation);
  const known = valueAt(names, name);
  const member = `${JSON.stringify(name)}: ${JSON.stringify(to)}`;
  if (known) return replaceNode(text, known, JSON.stringify(to));
  if (names) return append(text, names, member);
  if (renames) return append(text, renames, `${JSON.stringify(operation)}: { ${member} }`);
  return append(text, entry, `"rename": { ${JSON.stringify(operation)}: { ${member} } }`);
}

/** Takes a plugin off the list. */
export function withoutPlugin(text: string, name: string): string {
  const list = valueAt(treeOf(text), 'plugins');
  const entry = list?.children?.find((one) => nameNode(one)?.value === name);
  return list && entry ? takeOut(text, list, entry) : text;
}

/** Binds a capability, or with nothing lets it go. */
export function withBinding(text: string, capability: string, to: string | undefined): string {
  const root = treeOf(text);
  const bind = valueAt(root, 'bind');
  const known = valueAt(bind, capability);
  if (to === undefined) {
    const property = bind?.children?.find((one) => one.children?.[0]?.value === capability);
    return bind && property ? takeOut(text, bind, property) : text;
  }
  const member = `${JSON.stringify(capability)}: ${JSON.stringify(to)}`;
  if (!bind) return append(text, root, `"bind": { ${member} }`);
  return known ? replaceNode(text, known, JSON.stringify(to)) : append(text, bind, member);
}

/** With other names for its packages, in their order. */
export function withPackages(text: string, names: readonly string[]): string {
  return entriesOf(text).reduceRight((now, entry, index) => {
    const node = nameNode(entry);
    return node ? replaceNode(now, node, JSON.stringify(names[index])) : now;
  }, text);
}
