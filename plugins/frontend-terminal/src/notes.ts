import {
  type Ask,
  type ErrorInfo,
  exitCodes,
  type Item,
  type RunEvent,
  visible,
  visibleLine,
} from '@rustic-ai/kernel/contracts';
import * as describe from './describe.js';
import { createMembers } from './members.js';
import type { Style } from './style.js';

/** What is to be told of an item beside the model's messages; empty: nothing. */
function itemNote(type: 'item.started' | 'item.completed', item: Item, style: Style): string {
  const done = type === 'item.completed';
  switch (item.type) {
    case 'tool_call':
      return done ? describe.toolDoneLine(item, style) : describe.toolStartedLine(item, style);
    case 'file_change':
      return done ? describe.fileChangeLines(item, style) : '';
    case 'user_message':
      return done ? `${style.strong(style.signs.said)} ${visible(item.text)}\n` : '';
    case 'subagent':
    case 'skill':
      return describe.memberLine(item, style);
    default:
      return '';
  }
}

/**
 * Makes the function that says what is to be told of each event of one run; empty: nothing. A failure is told once, a
 * question together with its answer, and not at all if the person who answered has seen it already.
 */
export function createNotes(style: Style, wasShown: (ask: Ask) => boolean): (event: RunEvent) => string {
  const members = createMembers();
  const asks = new Map<string, Ask>();
  const told = new Set<string>();
  const failure = (what: string, error: ErrorInfo): string => {
    const key = `${error.code} ${error.message}`;
    if (told.has(key)) return '';
    told.add(key);
    return describe.errorLines(what, error, style);
  };
  return (event) => {
    switch (event.type) {
      case 'item.started':
      case 'item.completed':
        if (event.item.type === 'error') return failure('Something failed', event.item.error);
        members.follow(event.item);
        return members.tells(event.item) ? '' : itemNote(event.type, event.item, style);
      case 'permission.requested':
        asks.set(event.id, event.ask);
        return '';
      case 'permission.decided': {
        const ask = asks.get(event.id);
        asks.delete(event.id);
        const question = ask && !wasShown(ask) ? describe.askLines(ask, style) : '';
        return question + describe.answerLine(event.answer, event.by, style);
      }
      case 'retry': {
        const { reason, attempt, max, delayMs } = event;
        return (
          style.dim(`${style.signs.more} ${visibleLine(reason)}: try ${attempt} of ${max} in ${delayMs} ms`) + '\n'
        );
      }
      case 'compaction':
        return (
          style.dim(`${style.signs.more} the history was summarised: ${event.before} to ${event.after} tokens`) + '\n'
        );
      case 'plugin.failed':
        return failure(`The plugin ${event.plugin} failed`, event.error);
      case 'turn.failed':
        return failure('The run failed', event.error);
      case 'turn.interrupted':
        return `${style.ask(`${style.signs.failed} interrupted`)}\n`;
      case 'run.completed':
        // Whoever sent a signal knows it.
        if (event.exitCode === exitCodes.interrupted || event.exitCode === exitCodes.terminated) return '';
        return event.errors.map((error) => failure('The run failed', error)).join('');
      default:
        return '';
    }
  };
}
