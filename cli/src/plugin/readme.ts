import type { Manifest } from '@rustic-ai/kernel';
import { catalogueOf, standard } from '@rustic-ai/kernel/contracts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly (Schema & { readonly const?: unknown })[];
  readonly enum?: readonly unknown[];
}
type Row = readonly string[];

const escaped = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
/** A Markdown table with its columns in line, as formatters write it. */
function table(head: Row, rows: readonly Row[]): string {
  const all = [head, ...rows].map((row) => row.map(escaped));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(all[0] ?? []), line(widths.map((width) => '-'.repeat(width))), ...all.slice(1).map(line)].join('\n');
}
const code = (text: string) => `\`${text}\``;

const hooks = new Map(catalogueOf(standard).map(({ id, summary }) => [id, summary]));
/** What a plugin provides: a table for each part of its manifest; of the hooks it taps, when they fire. */
export function providesText({ contributes = {} }: Manifest): string {
  const parts = Object.entries(
    contributes as Readonly<Record<string, Readonly<Record<string, { readonly summary?: string }>>>>,
  );
  const tables = parts.map(([part, members]) =>
    table(
      [part, part === 'hook' ? 'when' : 'does'],
      Object.entries(members).map(([name, { summary }]) => [code(name), summary ?? hooks.get(name) ?? '']),
    ),
  );
  return tables.join('\n\n') || 'Nothing.';
}

const typeOf = ({ type, items, anyOf, enum: values }: Schema): string => {
  const choices = values ?? anyOf?.flatMap((one) => (one.const === undefined ? [] : [one.const]));
  if (choices && choices.length > 0) return choices.map((one) => code(String(one))).join(', ');
  if (anyOf?.some(({ properties }) => Object.keys(properties ?? {}).some((key) => key.startsWith('$'))))
    return 'a reference';
  return type === 'array' ? `list of ${items?.type === undefined ? 'values' : `${items.type}s`}` : (type ?? 'any');
};
const isEmpty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
const defaultOf = ({ default: value }: Schema) =>
  isEmpty(value) ? 'none' : code(typeof value === 'string' ? value : JSON.stringify(value));
/** The default has a column of its own. */
const meaningOf = ({ description = '' }: Schema) => description.replace(/\s*Default: .*$/s, '');

/** Its options: what its schema says. */
export function configurationText({ config }: Manifest): string {
  const options = Object.entries((config as Schema | undefined)?.properties ?? {});
  if (options.length === 0) return 'None.';
  return table(
    ['name', 'type', 'default', 'meaning'],
    options.map(([name, schema]) => [code(name), typeOf(schema), defaultOf(schema), meaningOf(schema)]),
  );
}

/** What it asks for, and why. */
export function permissionsText({ permissions = [] }: Manifest): string {
  if (permissions.length === 0) return 'None: it touches nothing outside itself.';
  const matchOf = (match: (typeof permissions)[number]['match']) =>
    typeof match === 'string' ? code(match) : `what the option ${code(match.config.replace(/^\//, ''))} says`;
  return table(
    ['action', 'where', 'why'],
    permissions.map(({ action, match, reason }) => [code(action), matchOf(match), reason]),
  );
}

/** The headings whose text is made, in the order of a new README. */
const sections: readonly (readonly [heading: string, text: (manifest: Manifest) => string])[] = [
  ['Provides', providesText],
  ['Configuration', configurationText],
  ['Permissions asked, and why', permissionsText],
];
const tables = /^(?:\|.*\|[ \t]*\n?)+/gm;

/**
 * A README with the tables its manifest makes. In a section of that name the first table takes the place of all of them,
 * and what stands around is kept; without a table the whole text does. A section that is missing comes at the end.
 */
export function withTables(readme: string, manifest: Manifest): string {
  return sections.reduce((text, [heading, make]) => {
    const made = make(manifest);
    const start = new RegExp(`^## ${heading}[ \\t]*$`, 'm').exec(text);
    if (!start) return `${text.trimEnd()}\n\n## ${heading}\n\n${made}\n`;
    const from = start.index + start[0].length;
    const next = text.slice(from).search(/^#{1,2} /m);
    const to = next < 0 ? text.length : from + next;
    const body = text.slice(from, to);
    const found = [...body.matchAll(tables)];
    const [first] = found;
    const rest = first ? body.slice(first.index + first[0].length).replaceAll(tables, '') : '';
    const before = first ? body.slice(0, first.index).trim() : '';
    const around = first ? [before, made, rest.trim()] : [made];
    return `${text.slice(0, from)}\n\n${around.filter(Boolean).join('\n\n')}\n${to < text.length ? '\n' : ''}${text.slice(to)}`;
  }, readme);
}
