/**
 * `{{id}}` stands for the text of that call's result, `{{id /regex/}}` for what the expression finds in it;
 * `\{{` stands for two braces.
 */
const pattern = /\\\{\{|\{\{\s*([\w-]+)(?:\s+\/((?:[^/\\]|\\.)+)\/)?\s*\}\}/g;

export interface Slot {
  readonly id: string;
  /** A regular expression; `^` and `$` match at lines. */
  readonly match?: string;
}

const slotOf = (id: string, match: string | undefined): Slot => (match === undefined ? { id } : { id, match });

/** The slots of a text, in order. */
export const slotsIn = (text: string): readonly Slot[] =>
  [...text.matchAll(pattern)].flatMap(([, id, match]) => (id === undefined ? [] : [slotOf(id, match)]));

/** The text with its slots filled. Throws: what `valueOf` throws. */
export const fill = (text: string, valueOf: (slot: Slot) => string): string =>
  text.replace(pattern, (_, id: string | undefined, match: string | undefined) =>
    id === undefined ? '{{' : valueOf(slotOf(id, match)),
  );

/** Throws: `SyntaxError`. */
export const expressionOf = (match: string): RegExp => new RegExp(match, 'm');
