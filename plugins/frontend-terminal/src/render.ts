import type { Ask, RunEvent } from '@rustic-ai/kernel/contracts';
import { createHeldAnswer, createLiveAnswer } from './answer.js';
import { footer } from './describe.js';
import { createNotes } from './notes.js';
import type { Output } from './streams.js';
import type { Style } from './style.js';

export interface RenderOptions {
  /** For the notes. */
  readonly style: Style;
  /** Show the answer while it comes. Otherwise only the final message is answer, shown at the end. */
  readonly live: boolean;
  /** Whether the person who answered this question was shown it. */
  wasShown(ask: Ask): boolean;
}

/** Turns the events of one run into output, one at a time and in order. All of it is safe to show. */
export interface Renderer {
  render(event: RunEvent): readonly Output[];
  /** For a run that ended without saying so: what is still held back. */
  broken(): readonly Output[];
}

export function createRenderer({ style, live, wasShown }: RenderOptions): Renderer {
  const answer = live ? createLiveAnswer() : createHeldAnswer();
  const noteOf = createNotes(style, wasShown);
  let completed = false;
  const render = (event: RunEvent): readonly Output[] => {
    if (event.type === 'item.delta') return answer.delta(event.id, event.text);
    if (event.type === 'item.started' && event.item.type === 'agent_message') {
      answer.started(event.item.id);
      return [];
    }
    if (event.type === 'item.completed' && event.item.type === 'agent_message')
      return answer.completed(event.item.id, event.item.text);
    completed ||= event.type === 'turn.completed';
    const text = noteOf(event);
    const note: readonly Output[] = text === '' ? [] : [{ to: 'notes', text }];
    if (event.type === 'run.completed') {
      const { status, result, sessionId } = event;
      // What was said before an interruption or a failure is no answer.
      const final = status === 'ok' || completed;
      const ended = answer.ended({ final, ...(final && result !== undefined && { result }) });
      return [...ended, ...note, { to: 'notes', text: footer(sessionId, event, style) }];
    }
    // What a turn did to files is told behind its last message, which stays the answer.
    const isBehind = event.type === 'item.completed' && event.item.type === 'file_change';
    return text === '' || isBehind ? note : [...answer.interlude(), ...note];
  };
  return { render, broken: () => answer.ended({ final: false }) };
}
