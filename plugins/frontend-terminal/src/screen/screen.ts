import { type Ask, type Host, visible, visibleLine } from '@rustic-ai/kernel/contracts';
import { keyModes, readKeys } from '../editor/keys.js';
import type { History } from '../editor/history.js';
import { createQuiet } from '../quiet.js';
import type { Streams } from '../streams.js';
import type { Style } from '../style.js';
import type { Surface, SurfaceOptions, TurnDoors } from '../talk/surface.js';
import { compose } from './compose.js';
import { editText } from './external-editor.js';
import type { Focus } from './focus.js';
import { createPainter } from './painter.js';
import { createPicker } from './picker.js';
import { createPrompt } from './prompt.js';
import { askLine } from './question.js';
import { createRecent } from './recent.js';
import { rowsOf, shownRow } from './rows.js';
import { sizeOf, type TerminalInput, type TerminalOutput } from './terminal-size.js';
import { createTurnView, type LiveTurn } from './turn-view.js';
import { until } from '../until.js';

/** Frames are this far apart at least, unless a key was pressed. Unit: ms. */
const frameMs = 16;
const spinMs = 120;
/** A frame may have been drawn for a size that the terminal had no more, if it is not older. Unit: ms. */
const lateMs = 400;
/** What waits to be told is shown in so many rows at most. */
const waitingRows = 5;

export interface ScreenOptions extends SurfaceOptions {
  readonly streams: Streams;
  readonly host: Pick<Host, 'env' | 'monotonicMs' | 'suspend'>;
  readonly style: Style;
  readonly history: History;
  wasShown(ask: Ask): boolean;
  /** Aborted when the process ends right after this: what the terminal was asked for must end with it. */
  readonly last?: AbortSignal;
}

/** A conversation on a terminal that can be drawn on: what is over scrolls by, what is live stands at the bottom. */
export function createScreen(options: ScreenOptions): Surface {
  const { streams, host, style, history, unfold } = options;
  const input: TerminalInput = streams.stdin;
  const output: TerminalOutput = streams.stdout;
  const painter = createPainter(output);
  const columns = () => sizeOf(output).columns;
  let above = '';
  let held: string | undefined;
  let footer: readonly string[] = [];
  let waiting: readonly string[] = [];
  let over: Focus | undefined;
  let turn: { readonly view: LiveTurn; readonly doors: TurnDoors; readonly sinceMs: number } | undefined;
  let frame: NodeJS.Timeout | undefined;
  let echoing: NodeJS.Immediate | undefined;
  let spin: NodeJS.Timeout | undefined;
  let spins = 0;
  /** Drawing takes a fifth of the time at most. */
  let restMs = frameMs;
  let paintedMs = -Infinity;
  /** All that can be seen is drawn with the next frame, not only what is live. */
  let whole = false;
  const recent = createRecent();
  let away = false;
  let ended = false;
  const quiet = createQuiet();
  /** Aborted when there is no more input. */
  const gone = new AbortController();

  const status = (): string | undefined => {
    if (over) return undefined;
    if (!turn) return prompt.notice === '' ? undefined : style.dim(prompt.notice);
    const { working, between } = style.signs;
    const seconds = Math.floor((host.monotonicMs() - turn.sinceMs) / 1_000);
    const sign = working[spins % working.length];
    const parts = [`working ${seconds} s`, 'Ctrl+C interrupts', 'Enter tells it now', 'Alt+Enter after it'];
    const text = prompt.notice || parts.join(between);
    return `${sign ? `${style.place(sign)} ` : ''}${style.dim(text)}`;
  };
  const paint = () => {
    const beganMs = host.monotonicMs();
    clearTimeout(frame);
    frame = undefined;
    if (away) return;
    const now = status();
    const focus = (over ?? prompt.focus).rows(columns());
    const parts = { block: turn?.view.rows() ?? [], waiting: shownWaiting(), focus, footer };
    const live = compose({ ...parts, ...(now !== undefined && { status: now }) }, sizeOf(output), style);
    const again = () => recent.rows(sizeOf(output).rows - live.rows.length, columns() - 1).join('\n');
    if (whole) painter.clear('screen');
    painter.paint(whole ? again() : above, live);
    above = '';
    whole = false;
    paintedMs = beganMs;
    restMs = Math.max(frameMs, (host.monotonicMs() - beganMs) * 4);
  };
  /** What arrives together is shown together; a new size of the terminal that is known by now comes before. */
  const typed = () => {
    clearImmediate(echoing);
    echoing = setImmediate(paint);
  };
  const changed = () => void (frame ??= setTimeout(typed, restMs));
  const put = (text: string) => {
    recent.add(text);
    above += rowsOf(text, columns() - 1).join('\n');
    changed();
  };
  const tell = (text: string) => {
    if (held !== undefined) held += text;
    else put(text);
  };
  const shownWaiting = () => {
    const rows = waiting
      .slice(0, waitingRows)
      .map((text) => `${style.signs.said} ${visible(text).replaceAll('\n', ' ')}`);
    const rest = waiting.length - rows.length;
    return [...rows, ...(rest > 0 ? [`${style.signs.more} ${rest} more`] : [])].map((row) =>
      style.dim(shownRow(row, columns() - 1)),
    );
  };

  const clear = () => {
    above = '';
    recent.clear();
    painter.clear('all');
    changed();
  };
  const echo = (text: string) => tell(`\n${style.strong(style.signs.prompt)}${visible(text)}\n`);

  const prompt = createPrompt({
    ...options,
    changed,
    echo,
    turn: () => turn?.doors,
    clear,
    edit: (text) => without(() => editText(text, host.env(['VISUAL', 'EDITOR', 'TMPDIR']))),
    tell,
    unfold,
  });
  const onResize = () => {
    if (away) return;
    if (host.monotonicMs() - paintedMs < lateMs) whole = true;
    else painter.resized(columns());
    paint();
  };
  let keyboard: ReturnType<typeof readKeys> | undefined;
  const enter = () => {
    if (ended) return;
    away = false;
    input.setRawMode?.(true);
    output.write(keyModes.on);
    keyboard = readKeys(input, {
      key(key) {
        if (key.name === 'ctrl+z') return void (host.suspend && without(host.suspend));
        // Who has just sent a prompt is not in the middle of anything.
        if (key.name === 'enter' && !turn) quiet.sent();
        else quiet.typed();
        (over ?? prompt.focus).key(key);
        typed();
      },
      paste(text) {
        quiet.typed();
        (over ?? prompt.focus).paste(text);
        typed();
      },
      end() {
        gone.abort();
        prompt.leave();
      },
    });
    input.resume();
    paint();
  };
  const leave = () => {
    away = true;
    clearTimeout(frame);
    clearImmediate(echoing);
    frame = undefined;
    keyboard?.close();
    painter.erase();
    output.write(keyModes.off);
    input.setRawMode?.(false);
    input.pause();
  };
  /** Gives the terminal to somebody else as long as the work takes. */
  const without = async <T>(work: () => Promise<T>): Promise<T> => {
    leave();
    try {
      return await work();
    } finally {
      enter();
    }
  };
  const cut = () => {
    ended = true;
    if (!away) leave();
  };
  options.last?.addEventListener('abort', cut, { once: true });
  output.on('resize', onResize);
  enter();

  /** Keys go there until the promise settles, `signal` is aborted or there is no more input. */
  const focused = async <T>(focus: Focus, answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> => {
    const before = over;
    over = focus;
    paint();
    try {
      return await until(gone.signal, until(signal, answer));
    } finally {
      over = before;
      changed();
    }
  };
  return {
    style,
    seat: {
      style,
      hold: () => void (held ??= ''),
      release() {
        const text = held ?? '';
        held = undefined;
        if (text !== '') tell(text);
      },
      show: put,
      async ask(question, signal) {
        // What is being typed goes on into the prompt.
        prompt.calm = false;
        await until(signal, quiet.settled(gone.signal));
        prompt.calm = true;
        const interrupt = () => turn?.doors.interrupt();
        const { focus, answer } = askLine(question, { style, changed, interrupt });
        return focused(focus, answer, signal);
      },
    },
    tell,
    echo,
    next: (signal) => prompt.next(signal),
    async choose(title, rows, signal) {
      const { focus, choice } = createPicker(title, rows, style);
      return focused(focus, choice, signal);
    },
    begin(doors) {
      const { wasShown } = options;
      const view = createTurnView({ style, columns, monotonicMs: () => host.monotonicMs(), wasShown, tell, changed });
      turn = { view, doors, sinceMs: host.monotonicMs() };
      spin = setInterval(() => {
        spins++;
        changed();
      }, spinMs);
      const close = () => {
        clearInterval(spin);
        view.close();
        turn = undefined;
        changed();
      };
      return { ...view, close };
    },
    wait(texts) {
      waiting = texts;
      changed();
    },
    giveBack: (text) => prompt.giveBack(text),
    footer(texts) {
      footer = texts;
      changed();
    },
    clear,
    async close() {
      clearInterval(spin);
      output.off('resize', onResize);
      if (away) output.write(above);
      else if (above !== '') paint();
      cut();
      options.last?.removeEventListener('abort', cut);
      const failed = await history.settled();
      if (failed !== undefined) output.write(style.dim(`The history could not be kept: ${visibleLine(failed)}`) + '\n');
      await new Promise<void>((resolve) => (output.writable ? void output.write('', () => resolve()) : resolve()));
    },
  };
}
