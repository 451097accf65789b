import { visible } from '@rustic-ai/kernel/contracts';
import type { Output } from './streams.js';

/** Decides where and when the model's messages are shown. Every function returns what is to be written now, in order. */
export interface AnswerKeeper {
  started(id: string): void;
  delta(id: string, text: string): readonly Output[];
  completed(id: string, text: string): readonly Output[];
  /** Something else is about to be shown, so what was said so far was not the end. */
  interlude(): readonly Output[];
  /** The run is over. `final`: whether the last message counts as its answer; `result`: the answer as the run has it. */
  ended(run: { readonly final: boolean; readonly result?: string }): readonly Output[];
}

const whole = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
const output = (to: Output['to'], text: string): readonly Output[] =>
  text === '' ? [] : [{ to, text: visible(text.replaceAll('\r\n', '\n')) }];

/** Shows every message while it comes: for a terminal. */
export function createLiveAnswer(): AnswerKeeper {
  const coming = new Map<string, { readonly text: string; readonly shown: number }>();
  let any = false;
  const show = (text: string) => {
    any ||= text !== '';
    return output('answer', text);
  };
  return {
    started: (id) => void coming.set(id, { text: '', shown: 0 }),
    delta(id, more) {
      const before = coming.get(id);
      if (!before) return [];
      const text = before.text + more;
      // Half a character, or half a line end: the other half is to come.
      const shown = /[\ud800-\udbff\r]$/.test(more) ? text.length - 1 : text.length;
      coming.set(id, { text, shown });
      return show(text.slice(before.shown, shown));
    },
    completed(id, text) {
      const { text: before, shown } = coming.get(id) ?? { text: '', shown: 0 };
      coming.delete(id);
      const rest = whole(text);
      return show(rest.startsWith(before) ? rest.slice(shown) : `\n${rest}`);
    },
    interlude: () => [],
    ended: ({ result = '' }) => (any ? [] : show(whole(result))),
  };
}

/** Holds each message back until it is known whether it is the final one: only that is the answer, the others are notes. */
export function createHeldAnswer(): AnswerKeeper {
  const coming = new Map<string, string>();
  let last = '';
  const interlude = () => {
    const text = last;
    last = '';
    return output('notes', whole(text));
  };
  return {
    started: (id) => void coming.set(id, ''),
    delta(id, text) {
      const before = coming.get(id);
      if (before !== undefined) coming.set(id, before + text);
      return [];
    },
    completed(id, text) {
      coming.delete(id);
      const earlier = text === '' ? [] : interlude();
      last ||= text;
      return earlier;
    },
    interlude,
    ended({ final, result = '' }) {
      const partial = [...coming.values()].map(whole).join('');
      if (final) return [...output('notes', partial), ...output('answer', whole(result || last))];
      return [...interlude(), ...output('notes', partial)];
    },
  };
}
