import { type Node, parseTree } from 'jsonc-parser';

/** What stands between two tokens; on one line, and over several. */
const sameLine = /(?:[ \t]|\/\/[^\n\r]*|\/\*[^]*?\*\/)*/y;
const anywhere = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const past = (trivia: RegExp, text: string, at: number): number => {
  trivia.lastIndex = at;
  trivia.test(text);
  return trivia.lastIndex;
};
const endOf = ({ offset, length }: Node) => offset + length;
const splice = (text: string, from: number, to: number, put = '') => text.slice(0, from) + put + text.slice(to);
const lineStart = (text: string, at: number) => text.lastIndexOf('\n', at - 1) + 1;
const indentAt = (text: string, at: number) => /^[ \t]*/.exec(text.slice(lineStart(text, at)))?.[0] ?? '';
const eolOf = (text: string) => (text.includes('\r\n') ? '\r\n' : '\n');
/** Where the comma behind a member stands. Undefined: there is none. */
function commaAfter(text: string, member: Node): number | undefined {
  const at = past(anywhere, text, endOf(member));
  return text[at] === ',' ? at : undefined;
}

/** The tree of a text that was read as a composition before, so that it is known to be one. */
export const treeOf = (text: string): Node => parseTree(text, [], { allowTrailingComma: true }) as Node;

/** The value of a key of an object. */
export const valueAt = (node: Node | undefined, key: string): Node | undefined =>
  node?.children?.find((property) => property.children?.[0]?.value === key)?.children?.[1];

/** Puts a member at the end of a list or an object. Comments, indents and a comma at the end stay as they are. */
export function append(text: string, into: Node, member: string): string {
  const last = into.children?.at(-1);
  const close = endOf(into) - 1;
  const eol = eolOf(text);
  if (!last) {
    const outer = indentAt(text, into.offset);
    const inner = `${outer}${outer.startsWith('\t') ? '\t' : '  '}`;
    const inside = text.slice(into.offset + 1, close).trimEnd();
    return splice(text, into.offset + 1, close, `${inside}${eol}${inner}${indented(member, inner, eol)}${eol}${outer}`);
  }
  if (!text.slice(endOf(last), close).includes('\n')) return splice(text, endOf(last), endOf(last), `, ${member}`);
  const indent = indentAt(text, last.offset);
  const comma = commaAfter(text, last);
  const at = past(sameLine, text, comma === undefined ? endOf(last) : comma + 1);
  const put = `${eol}${indent}${indented(member, indent, eol)}${comma === undefined ? '' : ','}`;
  const longer = splice(text, at, at, put);
  return comma === undefined ? splice(longer, endOf(last), endOf(last), ',') : longer;
}
const indented = (member: string, indent: string, eol: string) => member.replaceAll('\n', `${eol}${indent}`);

/** Takes a member out of a list or an object, with what else stands on its line. */
export function takeOut(text: string, from: Node, member: Node): string {
  const members = from.children ?? [];
  const index = members.indexOf(member);
  const before = members[index - 1];
  const comma = commaAfter(text, member);
  const start = lineStart(text, member.offset);
  const after = past(sameLine, text, comma === undefined ? endOf(member) : comma + 1);
  const alone = text.slice(start, member.offset).trim() === '' && /^\r?\n/.test(text.slice(after));
  if (members.length === 1) {
    const inside = text.slice(from.offset + 1, member.offset) + text.slice(after, endOf(from) - 1);
    if (inside.trim() === '') return splice(text, from.offset + 1, endOf(from) - 1);
  }
  if (!alone) {
    const next = members[index + 1];
    if (next) return splice(text, member.offset, next.offset);
    return splice(
      text,
      before ? endOf(before) : member.offset,
      comma === undefined || before ? endOf(member) : comma + 1,
    );
  }
  const shorter = splice(text, start, text.indexOf('\n', after) + 1);
  const left = before && comma === undefined && index === members.length - 1 ? commaAfter(text, before) : undefined;
  return left === undefined ? shorter : splice(shorter, left, left + 1);
}

/** Puts another text in the place of a value. */
export const replaceNode = (text: string, node: Node, put: string): string =>
  splice(text, node.offset, endOf(node), indented(put, indentAt(text, node.offset), eolOf(text)));

/** The lines that differ, with `-` and `+`, and a line of what is around them. */
export function lineDiff(before: string, after: string): readonly string[] {
  const [was, is] = [before, after].map((text) => text.split(/\r?\n/)) as [string[], string[]];
  let head = 0;
  while (head < was.length && head < is.length && was[head] === is[head]) head++;
  let tail = 0;
  while (tail < was.length - head && tail < is.length - head && was.at(-1 - tail) === is.at(-1 - tail)) tail++;
  const gone = was.slice(head, was.length - tail).map((line) => `- ${line}`);
  const come = is.slice(head, is.length - tail).map((line) => `+ ${line}`);
  if (gone.length + come.length === 0) return [];
  const around = (line: string | undefined) => (line === undefined || line === '' ? [] : [`  ${line}`]);
  return [...around(is[head - 1]), ...gone, ...come, ...around(is[is.length - tail])];
}
