import type { Key } from '../editor/keys.js';
import type { Live } from './painter.js';

/** What keys go to, and what it looks like. */
export interface Focus {
  key(key: Key): void;
  paste(text: string): void;
  rows(columns: number): Live;
}
