/** What goes into an archive. */
export interface Packed {
  /** With `/` between names, none at the end. */
  readonly name: string;
  readonly bytes: number;
  readonly permissions: number;
  readonly modifiedMs: number;
  /** Exactly `bytes` of it. Absent: a folder. */
  content?(): AsyncIterable<Uint8Array>;
}
