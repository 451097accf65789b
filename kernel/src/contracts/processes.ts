/** How a process that is left running is started. */
export interface StartOptions {
  /** Default: the workspace's root. */
  readonly cwd?: string;
  /** Added to a small allow-list of the host's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The size of the terminal it is given. Default: it has pipes and no terminal. Unit: characters. */
  readonly terminal?: TerminalSize;
  /** Aborted: all of its process group is ended. */
  readonly signal: AbortSignal;
  /** What it writes, as it comes; with a terminal all of it is `stdout`. */
  readonly onOutput: (chunk: { readonly stream: 'stdout' | 'stderr'; readonly text: string }) => void;
}
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}
/** A process that runs, and leads a process group. */
export interface StartedProcess {
  readonly pid: number;
  /** Settles when it has ended and all it wrote was told. */
  readonly ended: Promise<ProcessEnd>;
  /** Gives it text to read. Throws: `RUSTIC_EXEC_CLOSED` when it reads no more. */
  write(text: string): Promise<void>;
  /** Says that there is no more to read; of one with a terminal: types Ctrl+D. */
  endInput(): void;
  /** Without a terminal: does nothing. */
  resize(size: TerminalSize): void;
  /** Ends all of its process group: asked first, then killed. */
  stop(): void;
}
export interface ProcessEnd {
  /** null: ended by a signal. */
  readonly exitCode: number | null;
  readonly signalName?: string;
}
