import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { type Project, root, temporaryFolder } from './project.js';

const run = promisify(execFile);
const bin = join(root, 'cli/bin/rustic.js');
/** Between two looks at a screen. Unit: ms. */
const lookMs = 25;
/** How long a screen is waited for before a test fails and tells what stands there. Unit: ms. */
const patienceMs = 20_000;

export interface ScreenOptions {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** Beside the project's own; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What is waited for before anything is typed. Default: the footer. */
  readonly first?: string | RegExp;
  /** Start it as a job of an interactive shell, as a person would. Default: false. */
  readonly shell?: boolean;
}
/** A terminal that is drawn on: what stands on it counts, not what was written. */
export interface Screen {
  /** The rows that are not empty, as they stand now. */
  rows(): Promise<readonly string[]>;
  /** Resolves once the screen shows the text, or fits the expression. */
  shows(wanted: string | RegExp): Promise<string>;
  /** Resolves once it does not show the text. */
  hides(text: string): Promise<string>;
  /** Everything, also what has scrolled by; with colours as they were sent. */
  all(): Promise<string>;
  /** Presses keys by tmux's names: `Enter`, `C-c`, `M-Enter`, `Up`. */
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  /** Bytes as a terminal sends them. */
  send(bytes: string): Promise<void>;
  /** As a terminal pastes, in brackets where they were asked for. */
  paste(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Column and row, from 0. */
  cursor(): Promise<readonly [number, number]>;
  /** Sends a signal to the program. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** The exit code, once it has ended. */
  ended(): Promise<number>;
}

const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** Runs `rustic` in a terminal of its own, and waits until it can be typed on. */
export async function openScreen(project: Project, options: ScreenOptions = {}): Promise<Screen> {
  const { args = ['run'], columns = 80, rows = 24, first = 'new session', shell = false } = options;
  const socket = join(temporaryFolder(), 'tmux');
  const tmux = async (...words: readonly string[]) =>
    (await run('tmux', ['-u', '-f', '/dev/null', '-S', socket, ...words], { encoding: 'utf8' })).stdout;
  const { TERM: _, ...kept } = project.env;
  const given: Record<string, string | undefined> = { LANG: 'C.UTF-8', ...kept, ...options.env };
  const env = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const within = ['env', '-i', ...env, 'TERM=screen-256color'].map(quoted).join(' ');
  const program = [process.execPath, bin, ...args].map(quoted).join(' ');
  const command = shell
    ? `cd ${quoted(project.folder)} && exec ${within} PS1='$ ' sh -i`
    : `cd ${quoted(project.folder)} && ${within} ${program}; echo "[ended $?]"; exec sleep 600`;
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), command);
  onTestFinished(() => tmux('kill-server').then(() => {}));

  const look = () => tmux('capture-pane', '-p');
  const until = async (ready: (text: string) => boolean): Promise<string> => {
    const lastMs = performance.now() + patienceMs;
    for (;;) {
      const text = await look();
      if (ready(text)) return text;
      if (performance.now() > lastMs) throw new Error(`The screen did not come to what was expected:\n${text}`);
      await delay(lookMs);
    }
  };
  const screen: Screen = {
    rows: async () => (await look()).split('\n').filter((row) => row.trim() !== ''),
    shows: (wanted) => until((text) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))),
    hides: (unwanted) => until((text) => !text.includes(unwanted)),
    all: () => tmux('capture-pane', '-p', '-e', '-S', '-'),
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    async send(bytes) {
      await tmux('send-keys', '-H', ...Array.from(Buffer.from(bytes), (byte) => byte.toString(16)));
    },
    async paste(text) {
      await tmux('set-buffer', text);
      await tmux('paste-buffer', '-p', '-r');
    },
    resize: async (width, height) => void (await tmux('resize-window', '-x', String(width), '-y', String(height))),
    async cursor() {
      const at = await tmux('display-message', '-p', '#{cursor_x} #{cursor_y}');
      const [column = 0, row = 0] = at.trim().split(' ').map(Number);
      return [column, row];
    },
    async signal(name) {
      const shell = (await tmux('display-message', '-p', '#{pane_pid}')).trim();
      const { stdout } = await run('pgrep', ['-P', shell], { encoding: 'utf8' });
      process.kill(Number(stdout), name);
    },
    async ended() {
      const [, code] = /\[ended (\d+)\]/.exec(await screen.shows('[ended ')) ?? [];
      return Number(code);
    },
  };
  if (shell) {
    await screen.shows('$');
    await screen.type(program);
    await screen.press('Enter');
  }
  await screen.shows(first);
  return screen;
}
