import type { House } from '../terminal.js';
import type { Standing } from './state.js';
import type { Surface } from './surface.js';

/** A conversation, as its commands see it. */
export interface Talk {
  readonly standing: Standing;
  readonly surface: Surface;
  readonly house: House;
  /** The folder it works in. */
  readonly cwd: string;
  /** What was folded in the last turn; empty: nothing. */
  details(): string;
}
