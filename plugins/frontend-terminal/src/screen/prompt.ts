import type { Host } from '@rustic-ai/kernel/contracts';
import type { Complete } from '../editor/complete.js';
import type { History } from '../editor/history.js';
import type { Key } from '../editor/keys.js';
import { createLine } from '../editor/line.js';
import type { Style } from '../style.js';
import type { TurnDoors } from '../talk/surface.js';
import type { Focus } from './focus.js';

/** Unit: ms between two Ctrl+C that together mean leaving. */
const leaveWithinMs = 2_000;

export interface PromptOptions {
  readonly style: Style;
  readonly history: History;
  readonly host: Pick<Host, 'monotonicMs'>;
  readonly complete: Complete;
  /** The doors of the turn under way. */
  turn(): TurnDoors | undefined;
  /** Shows what was entered, for good. */
  echo(text: string): void;
  tell(text: string): void;
  changed(): void;
  clear(): void;
  /** Lets the person write in an editor of their own. Throws: why there is none. */
  edit(text: string): Promise<string>;
  unfold(): void;
}
/** Where prompts are written, before a turn and while it runs. */
export interface ScreenPrompt {
  readonly focus: Focus;
  /** What is told for a moment; empty: nothing. */
  readonly notice: string;
  /** While it is false, Enter does nothing: a question waits for a pause. */
  calm: boolean;
  next(signal: AbortSignal): Promise<string | undefined>;
  giveBack(text: string): void;
  /** There is no more input. */
  leave(): void;
}

export function createPrompt(options: PromptOptions): ScreenPrompt {
  const { history, host, turn, changed } = options;
  const line = createLine({ ...options, history: () => history.entries });
  const ready: string[] = [];
  let waiting: ((text: string | undefined) => void) | undefined;
  let left = false;
  let pressedMs = -Infinity;
  let notice = '';
  let fading: NodeJS.Timeout | undefined;
  let calm = true;
  let editing = false;

  const tellFor = (text: string) => {
    notice = text;
    clearTimeout(fading);
    fading = setTimeout(() => {
      notice = '';
      changed();
    }, leaveWithinMs);
    fading.unref();
  };
  const leave = () => {
    left = true;
    waiting?.(undefined);
  };
  const enter = (as: 'steer' | 'queue') => {
    const text = line.text;
    if (text.trim() === '') return line.set('');
    line.set('');
    history.add(text);
    const doors = turn();
    if (doors) return doors.entered(text, as);
    if (waiting) waiting(text);
    else ready.push(text);
  };
  const interrupt = () => {
    if (line.busy) return void line.key({ name: 'escape' });
    const doors = turn();
    if (doors) return doors.interrupt();
    if (line.text !== '') return line.set('');
    if (host.monotonicMs() - pressedMs <= leaveWithinMs) return leave();
    pressedMs = host.monotonicMs();
    tellFor('press Ctrl+C again to exit');
  };
  const edit = async () => {
    if (editing) return;
    editing = true;
    try {
      line.set(await options.edit(line.text));
    } catch (error) {
      options.tell(`${(error as Error).message}\n`);
    } finally {
      editing = false;
      changed();
    }
  };
  const key = (pressed: Key) => {
    const { name } = pressed;
    if (name !== 'ctrl+c') pressedMs = -Infinity;
    if (name === 'ctrl+c') return interrupt();
    if (name === 'ctrl+d' && line.text === '') {
      if (turn()) tellFor('it ends after this turn');
      return leave();
    }
    if (name === 'ctrl+g' && !line.busy) return void edit();
    if (name === 'ctrl+o') return options.unfold();
    if (name === 'ctrl+l') return options.clear();
    if (!calm && (name === 'enter' || name === 'alt+enter')) return;
    if (name === 'alt+enter') return turn() ? enter('queue') : void line.key({ name: 'ctrl+j' });
    if (name === 'ctrl+d') return void line.key({ name: 'delete' });
    if (line.key(pressed) === 'entered') enter('steer');
  };

  return {
    focus: { key, paste: (text) => line.paste(text), rows: (columns) => line.rows(columns) },
    get notice() {
      return notice;
    },
    get calm() {
      return calm;
    },
    set calm(next) {
      calm = next;
      changed();
    },
    async next(signal) {
      const take = (text: string | undefined) => {
        notice = '';
        if (text !== undefined) options.echo(text);
        return text;
      };
      if (ready.length > 0) return take(ready.shift());
      if (left || signal.aborted) return undefined;
      return new Promise((resolve) => {
        const onAbort = () => waiting?.(undefined);
        waiting = (text) => {
          waiting = undefined;
          signal.removeEventListener('abort', onAbort);
          resolve(take(text));
        };
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
    giveBack(text) {
      line.set(line.text === '' ? text : `${text}\n${line.text}`);
      changed();
    },
    leave,
  };
}
