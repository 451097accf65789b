import { type Ask, type Item, type RunEvent, visible, visibleLine } from '@rustic-ai/kernel/contracts';
import { errorLines, fileChangeLines, inputLine, isDone, kindSign, toolSaid } from '../describe.js';
import { createMarkdown, type MarkdownStream } from '../markdown/stream.js';
import { createMembers } from '../members.js';
import { createNotes } from '../notes.js';
import { short } from '../short.js';
import type { Style } from '../style.js';
import { type Folded, foldedReasoning, foldedTool } from '../talk/folded.js';
import type { TurnView } from '../talk/surface.js';
import { lastShown, rowsOf, shownRow } from './rows.js';

type ToolCall = Extract<Item, { readonly type: 'tool_call' }>;
export interface TurnViewOptions {
  readonly style: Style;
  columns(): number;
  monotonicMs(): number;
  wasShown(ask: Ask): boolean;
  /** Puts text above, for good. */
  tell(text: string): void;
  /** What is live has changed. */
  changed(): void;
}
export interface LiveTurn extends TurnView {
  /** What is under way, as it is shown now. */
  rows(): readonly string[];
}

/** Lines of a change that are shown before the rest is folded. */
const diffLines = 20;
/** Characters that are kept of what only shows its last line. */
const shownEnd = 1_000;

/** Shows a turn: what is finished scrolls by, what is under way is drawn anew. */
export function createTurnView({ style, columns, monotonicMs, wasShown, tell, changed }: TurnViewOptions): LiveTurn {
  const noteOf = createNotes(style, wasShown);
  const members = createMembers();
  const messages = new Map<string, MarkdownStream>();
  const thoughts = new Map<string, { text: string; readonly sinceMs: number }>();
  const tools = new Map<string, { readonly call: ToolCall; output: string }>();
  const folded: Folded[] = [];
  const width = () => columns() - 1;

  const completed = (item: Item): string => {
    switch (item.type) {
      case 'agent_message': {
        const message = messages.get(item.id) ?? createMarkdown(style);
        messages.delete(item.id);
        const rest = item.text.startsWith(message.raw) ? item.text.slice(message.raw.length) : `\n\n${item.text}`;
        return item.text === '' ? '' : `${message.push(rest, width())}${message.end(width())}`;
      }
      case 'reasoning': {
        const thought = thoughts.get(item.id);
        thoughts.delete(item.id);
        if (item.text === '') return '';
        folded.push(foldedReasoning(item.text));
        const seconds = thought ? Math.round((monotonicMs() - thought.sinceMs) / 1_000) : 0;
        const time = seconds > 0 ? ` for ${seconds} s` : '';
        return `${style.dim(`${style.signs.kinds.think} thought${time} (Ctrl+O shows it)`)}\n`;
      }
      case 'tool_call':
        tools.delete(item.id);
        folded.push(foldedTool(item));
        return members.tells(item) ? '' : `${toolRow(item, width(), style)}\n`;
      case 'file_change': {
        const lines = fileChangeLines(item, style).trimEnd().split('\n');
        if (lines.length <= diffLines) return `${lines.join('\n')}\n`;
        folded.push({ title: visibleLine(item.path), text: visible(item.diff) });
        const more = style.dim(`${style.signs.more} ${lines.length - diffLines} more lines (Ctrl+O shows them)`);
        return `${lines.slice(0, diffLines).join('\n')}\n${more}\n`;
      }
      case 'user_message':
        return `${style.strong(style.signs.prompt)}${visible(item.text)}\n`;
      default:
        return '';
    }
  };
  const started = (item: Item) => {
    members.follow(item);
    if (item.type === 'agent_message') messages.set(item.id, createMarkdown(style));
    if (item.type === 'reasoning') thoughts.set(item.id, { text: '', sinceMs: monotonicMs() });
    if (item.type === 'tool_call') tools.set(item.id, { call: item, output: '' });
  };
  const grown = (id: string, text: string): string => {
    const thought = thoughts.get(id);
    if (thought) thought.text = (thought.text + text).slice(-shownEnd);
    const tool = tools.get(id);
    if (tool) tool.output = (tool.output + text).slice(-shownEnd);
    return messages.get(id)?.push(text, width()) ?? '';
  };
  /** What came before the end of a turn that was cut. */
  const unfinished = () => {
    const text = [...messages.values()].map((message) => message.end(width())).join('');
    messages.clear();
    thoughts.clear();
    tools.clear();
    return text;
  };
  const textOf = (event: RunEvent): string => {
    if (event.type === 'item.delta') return grown(event.id, event.text);
    if (event.type === 'item.started') {
      started(event.item);
      const note = noteOf(event);
      // What is drawn while it is under way is told once.
      return event.item.type === 'tool_call' || event.item.type === 'skill' ? '' : note;
    }
    if (event.type === 'item.completed') {
      members.follow(event.item);
      return completed(event.item) || (event.item.type === 'tool_call' ? '' : noteOf(event));
    }
    const over = event.type === 'turn.interrupted' || event.type === 'turn.failed' || event.type === 'run.completed';
    return `${over ? unfinished() : ''}${noteOf(event)}`;
  };

  return {
    show(event) {
      const text = textOf(event);
      if (text !== '') tell(text);
      changed();
    },
    broken(error) {
      tell(unfinished() + (error ? errorLines('The run failed', error, style) : ''));
    },
    details: () => folded.map(({ title, text }) => `${style.strong(title)}\n${text.trimEnd()}\n`).join('\n'),
    close: () => tell(unfinished()),
    rows() {
      const reasoning = [...thoughts.values()].flatMap(({ text }) => lastRow(text, `${style.signs.kinds.think} `));
      const answer = [...messages.values()].flatMap((message) => rowsOf(message.tail(width()), width()));
      const running = [...tools.values()].flatMap(({ call, output }) => [
        shownRow(toolStarted(call, width(), style), width()),
        ...lastRow(output, '  '),
      ]);
      return [...reasoning, ...answer.filter((row, at) => row !== '' || at > 0), ...running];
    },
  };

  /** The last line of a text that grows. */
  function lastRow(text: string, indent = ''): readonly string[] {
    const line = text.trimEnd().split('\n').at(-1) ?? '';
    const end = lastShown(visibleLine(line.slice(-shownEnd)), width() - indent.length);
    return line === '' ? [] : [style.dim(shownRow(`${indent}${end}`, width()))];
  }
}

const toolStarted = ({ name, kind, input }: ToolCall, columns: number, style: Style) =>
  `${style.strong(`${kindSign(kind, style)} ${visibleLine(name)}`)} ${style.dim(inputLine(input, style, columns))}`;

/** A call and what came of it, in one row; the whole of it is folded. */
function toolRow(call: ToolCall, columns: number, style: Style): string {
  const { done, failed, more, between } = style.signs;
  const sign = isDone(call) ? style.good(done) : style.bad(failed);
  const said = visibleLine(short(toolSaid(call), columns, more));
  const given = isDone(call) ? inputLine(call.input, style, Math.max(20, Math.floor(columns / 2))) : '';
  const rest = [given, said].filter(Boolean).join(between);
  return shownRow(`${sign} ${style.strong(visibleLine(call.name))} ${style.dim(rest)}`, columns);
}
