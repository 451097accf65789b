import {
  type Access,
  type Answer,
  type Ask,
  type ErrorInfo,
  type Item,
  type Json,
  type Rule,
  type RunCompleted,
  textOf,
  visible,
  visibleLine,
} from '@rustic-ai/kernel/contracts';
import { short } from './short.js';
import type { Style } from './style.js';

type ToolCall = Extract<Item, { readonly type: 'tool_call' }>;

/** Unit: characters. */
const inputWidth = 100;

const indented = (text: string, by: string) => text.replace(/^/gm, by);

/** `path: a.ts, limit: 3`: an input on one line, cut to a width. */
export function inputLine(input: Json | undefined, { signs }: Style, maxCharacters = inputWidth): string {
  if (input === undefined || input === null) return '';
  const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const text =
    typeof input === 'object' && !Array.isArray(input)
      ? Object.entries(input)
          .map(([name, value]) => `${name}: ${show(value)}`)
          .join(', ')
      : show(input);
  return visibleLine(short(text, maxCharacters, signs.more));
}

export function toolStartedLine({ name, kind, input }: ToolCall, style: Style): string {
  return (
    `${style.strong(`${kindSign(kind, style)} ${visibleLine(name)}`)} ${style.dim(inputLine(input, style))}`.trimEnd() +
    '\n'
  );
}

export function toolDoneLine(call: ToolCall, style: Style): string {
  const { done, failed, more } = style.signs;
  const line = `${visibleLine(call.name)} ${visibleLine(short(toolSaid(call), inputWidth, more))}`.trimEnd();
  return `  ${isDone(call) ? style.good(done) : style.bad(failed)} ${line}\n`;
}

export const isDone = ({ status, result }: ToolCall): boolean => status === 'completed' && !result?.error;

/** What came of a call, in its first line. */
export function toolSaid({ result }: ToolCall): string {
  if (result?.error) return `${result.error.code}: ${result.error.message}`;
  return textOf(result?.parts ?? [])
    .trim()
    .split('\n', 1)[0] as string;
}

/** A kind this version does not know counts as any other. */
export const kindSign = (kind: ToolCall['kind'], { signs }: Style): string => signs.kinds[kind] ?? signs.kinds.other;

export function fileChangeLines({ path, diff }: Extract<Item, { readonly type: 'file_change' }>, style: Style): string {
  return `${style.strong(`${style.signs.kinds.edit} ${visibleLine(path)}`)}\n${diffLines(diff.trimEnd(), style)}\n`;
}

/** A sub-agent or a skill, when it starts and when it is done. */
export function memberLine(item: Extract<Item, { readonly type: 'subagent' | 'skill' }>, style: Style): string {
  const { begun, done, failed } = style.signs;
  const marks = { in_progress: begun, completed: style.good(done), failed: style.bad(failed) };
  return `${marks[item.status]} ${item.type} ${visibleLine(item.name)}\n`;
}

/** Three lines: what happened and its code, why, what helps. */
export const errorLines = (what: string, { code, message, fix }: ErrorInfo, style: Style): string =>
  `${style.bad(`${style.signs.failed} ${visibleLine(what)} (${visibleLine(code)})`)}\n` +
  `  ${visible(message).replaceAll('\n', '\n  ')}\n` +
  `  ${style.dim(`Fix: ${visibleLine(fix ?? `Run: rustic explain ${code}`)}`)}\n`;

/** A unified diff, its lines coloured. */
export const diffLines = (diff: string, style: Style): string =>
  visible(diff)
    .split('\n')
    .map((line) => {
      if (/^(\+\+\+|---) /.test(line)) return style.strong(line);
      if (line.startsWith('@@')) return style.place(line);
      if (line.startsWith('+')) return style.good(line);
      return line.startsWith('-') ? style.bad(line) : line;
    })
    .join('\n');

const accessLine = ({ action, resource, target }: Access) =>
  `    ${visibleLine(action)}  ${visibleLine(resource)}${target === undefined ? '' : `  on ${visibleLine(target)}`}\n`;

const ruleText = ({ effect, action, match, origin }: Rule) =>
  `${effect} ${action} ${match}${origin?.target === undefined ? '' : ` on ${origin.target}`}`;

/** Everything a person must know before answering; nothing is cut. */
export function askLines(ask: Ask, style: Style): string {
  const { name, plugin, version, title, reason, accesses, detail, origin, wouldStore, undecided = [] } = ask;
  const body = detail.type === 'diff' ? diffLines(detail.text.trimEnd(), style) : visible(detail.text.trimEnd());
  return [
    `${style.ask(`? ${visibleLine(title)}`)}\n`,
    `  ${style.strong(visibleLine(name))} of ${visibleLine(plugin)}@${visibleLine(version)}`,
    origin.agents.length > 1 ? `, asked by ${visibleLine(origin.agents.join(' > '))}\n` : '\n',
    body === '' ? '' : `${indented(body, detail.type === 'command' ? '  $ ' : `  ${style.signs.bar} `)}\n`,
    accesses.length > 0 ? `  touches:\n${accesses.map(accessLine).join('')}` : '',
    undecided.length > 1 ? `  not allowed yet:\n${undecided.map((one) => `    ${visibleLine(one)}\n`).join('')}` : '',
    reason === '' ? '' : `  reason: ${visibleLine(reason)}\n`,
    wouldStore ? `  s and a would store: ${visibleLine(ruleText(wouldStore))}\n` : '',
  ].join('');
}

export function answerLine(answer: Answer, by: string, style: Style): string {
  if (answer.outcome !== 'deny') return `  ${style.good(`allowed (${answer.outcome})`)} by ${by}\n`;
  const why = answer.message ? `: ${visibleLine(answer.message)}` : '';
  return `  ${style.bad('denied')} by ${by}${why}\n`;
}

/** `session 0198… · tokens 12 in, 34 out · $0.0012`; `~` marks an estimate. */
export function footer(session: string, { usage }: Pick<RunCompleted, 'usage'>, style: Style): string {
  const about = usage.estimated ? '~' : '';
  const parts = [
    `session ${visibleLine(session)}`,
    `tokens ${about}${usage.inputTokens} in, ${about}${usage.outputTokens} out`,
  ];
  if (usage.costUsd !== undefined) parts.push(`$${usage.costUsd.toFixed(4)}`);
  return `${style.dim(parts.join(style.signs.between))}\n`;
}
