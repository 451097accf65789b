import { type Item, textOf, visible, visibleLine } from '@rustic-ai/kernel/contracts';

/** Something that was told in a row and can be told whole. All of it is safe to show. */
export interface Folded {
  readonly title: string;
  readonly text: string;
}
type ToolCall = Extract<Item, { readonly type: 'tool_call' }>;

/** Lines of one text that are shown at most. */
const most = 2_000;

export const foldedReasoning = (text: string): Folded => ({ title: 'reasoning', text: bounded(visible(text)) });

/** A call: what it was given and what it gave. */
export function foldedTool({ name, plugin, input, result }: ToolCall): Folded {
  const given = input === undefined || input === null ? '' : `${visible(JSON.stringify(input, null, 2))}\n`;
  const error = result?.error ? `${result.error.code}: ${result.error.message}\n` : '';
  const gave = textOf(result?.parts ?? []);
  const title = visibleLine(plugin === '' ? name : `${name} of ${plugin}`);
  return { title, text: bounded(`${given}${visible(error + gave)}`) };
}

function bounded(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= most) return text;
  return `${lines.slice(0, most).join('\n')}\n(${lines.length - most} more lines)`;
}
