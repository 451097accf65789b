import type { Streams } from './streams.js';
import type { Style } from './style.js';

/** Where a question can be put: output stops meanwhile, and the next line typed is its answer. */
export interface Seat {
  readonly style: Style;
  hold(): void;
  release(): void;
  show(text: string): void;
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
}
/** What the frontend and the approver of one terminal share. */
export interface Desk {
  readonly seat: Seat;
  /** Puts questions there from now on, until the returned function is called. */
  take(seat: Seat): () => void;
}

export function createDesk(streams: Streams, style: Style): Desk {
  const free: Seat = {
    style,
    hold: () => {},
    release: () => {},
    show: (text) => void streams.stderr.write(text),
    // Most runs ask nothing, and reading lines takes a while to load.
    ask: async (question, signal) => (await import('./lines.js')).askOnce(streams, question, signal),
  };
  let seat = free;
  return {
    get seat() {
      return seat;
    },
    take(next) {
      seat = next;
      return () => void (seat = free);
    },
  };
}
