import { askOnce } from './lines.js';
import type { Streams } from './streams.js';

/** Where a question can be put: output stops meanwhile, and the next line typed is its answer. */
export interface Seat {
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

export function createDesk(streams: Streams): Desk {
  const free: Seat = {
    hold: () => {},
    release: () => {},
    show: (text) => void streams.stderr.write(text),
    ask: (question, signal) => askOnce(streams, question, signal),
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
