import type { Readable, Writable } from 'node:stream';

/** A terminal's streams as Node has them. */
export type TerminalInput = Readable & { setRawMode?(on: boolean): unknown };
export type TerminalOutput = Writable & { readonly columns?: number; readonly rows?: number };

/** Default: 80 by 24, where the terminal does not say. */
export const sizeOf = ({ columns, rows }: TerminalOutput) => ({ columns: columns || 80, rows: rows || 24 });
