import type { Readable, Writable } from 'node:stream';
import type { Json } from './errors.js';

export interface LogRecord {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly plugin: string;
  readonly message: string;
  readonly data?: Json;
}
/** The standard streams of a program; one that is no terminal has no `isTTY`. */
export interface StandardStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}
/** Service `host`: the machine as the kernel and its plugins may know it. */
export interface Host {
  /** The named variables that are set; never the whole environment. */
  env(allow: readonly string[]): Readonly<Record<string, string>>;
  /** Absolute paths. */
  readonly folders: {
    readonly home: string;
    readonly config: string;
    readonly data: string;
    readonly state: string;
    readonly cache: string;
    readonly cwd: string;
  };
  /** Unit: ms since 1970, UTC; may jump. */
  now(): number;
  /** Unit: ms; never goes back. */
  monotonicMs(): number;
  log(record: LogRecord): void;
  readonly secrets: Secrets;
  /** Where a frontend reads and writes. Default: the streams of the process. */
  readonly streams?: StandardStreams;
  /**
   * Stops this program and what runs with it, as Ctrl+Z does; the terminal is given back before.
   *
   * Shape: resolves when it goes on, or at once where no shell could let it. Absent: it can not be stopped.
   */
  readonly suspend?: () => Promise<void>;
}
/** `$secret`: the name of a credential that the host keeps; not every host keeps some. */
export type SecretReference = { readonly $env: string } | { readonly $file: string } | { readonly $secret: string };
/** Service `secrets`: values for use, never for logs. Throws: `RUSTIC_SECRET_MISSING`. */
export interface Secrets {
  read(reference: SecretReference): Promise<string>;
}
