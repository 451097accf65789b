import type { ErrorInfo, RunEvent } from '@rustic-ai/kernel/contracts';
import type { Seat } from '../desk.js';
import type { Complete } from '../editor/complete.js';
import type { Style } from '../style.js';

/** Where a conversation is shown and typed. All text given to it is safe to show and ends its last line. */
export interface Surface {
  readonly style: Style;
  readonly seat: Seat;
  tell(text: string): void;
  /** Shows a prompt that was not typed just now. */
  echo?(text: string): void;
  /** What is entered next; undefined: the person leaves, or `signal` is aborted. */
  next(signal: AbortSignal): Promise<string | undefined>;
  /** Which of the rows a person chooses; undefined: none. */
  choose(title: string, rows: readonly string[], signal: AbortSignal): Promise<number | undefined>;
  /** From now on a turn is under way, until its view is closed. */
  begin(doors: TurnDoors): TurnView;
  /** What was said and is not told yet. */
  wait(texts: readonly string[]): void;
  /** Gives back what could not be told, to be written on. */
  giveBack?(text: string): void;
  /** Session, model, context and cost, as they are now: the first of the texts that there is room for is shown. */
  footer(texts: readonly string[]): void;
  /** Empties the screen, where that is possible. */
  clear?(): void;
  /** Resolves when all was written. */
  close(): Promise<void>;
}
export interface TurnDoors {
  interrupt(): void;
  /** Something was entered: `steer`: for the turn under way; `queue`: for after it. */
  entered(text: string, as: 'steer' | 'queue'): void;
}
/** Shows the events of one turn. */
export interface TurnView {
  show(event: RunEvent): void;
  /** It ended without saying so. */
  broken(error: ErrorInfo | undefined): void;
  /** All that was folded, whole. */
  details(): string;
  close(): void;
}
export interface SurfaceOptions {
  readonly complete: Complete;
  /** The person wants to see what was folded. */
  unfold(): void;
}
