import { emitKeypressEvents } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A key by its name, such as `a`, `ctrl+c`, `alt+enter`, `up`; `text`: what it writes, if it writes. */
export interface Key {
  readonly name: string;
  readonly text?: string;
}
export interface Keyboard {
  close(): void;
}

/**
 * What a terminal is asked for while somebody types, and what ends it: bracketed paste, and keys told apart
 * (Shift+Enter). Source: xterm's control sequences; kitty's keyboard protocol, flag 1.
 */
export const keyModes = { on: '\u001b[?2004h\u001b[>1u\u001b[>4;1m', off: '\u001b[>4;0m\u001b[<u\u001b[?2004l' };

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';
const escape = String.fromCharCode(0x1b);
/** How long the rest of a key or a mark is waited for. Unit: ms. */
const restMs = 50;
/** xterm's form of a key with modifiers; the kitty form says the same. */
const otherKey = new RegExp(`${escape}\\[27;(\\d+);(\\d+)~`, 'g');
/** The kitty form of the keypad's Enter. */
const keypadEnter = new RegExp(`${escape}\\[57414u`, 'g');
/** Keys in the kitty form that nothing is named after, and that Node would cut: most are of other scripts, with Ctrl or Alt. */
const unnamedKey = new RegExp(`${escape}\\[\\d{4,}[\\d;:]*u`, 'g');
const codedKey = new RegExp(`^${escape}\\[(\\d+)(?:;(\\d+))?u$`);
const codedNames: Readonly<Record<number, string>> = {
  9: 'tab',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
};
const names: Readonly<Record<string, string>> = { return: 'enter', enter: 'ctrl+j' };

interface Pressed {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}
const named = (name: string, { ctrl, alt, shift }: { ctrl: boolean; alt: boolean; shift: boolean }) =>
  `${ctrl ? 'ctrl+' : ''}${alt ? 'alt+' : ''}${shift ? 'shift+' : ''}${name}`;

function keyOf(text: string | undefined, pressed: Pressed): Key {
  const { name = '', sequence = '', ctrl = false, meta: alt = false, shift = false } = pressed;
  const [, code, modifiers] = codedKey.exec(sequence) ?? [];
  if (code !== undefined) {
    const bits = Number(modifiers ?? 1) - 1;
    const key = codedNames[Number(code)] ?? String.fromCodePoint(Number(code)).toLowerCase();
    const held = { shift: (bits & 1) > 0, alt: (bits & 2) > 0, ctrl: (bits & 4) > 0 };
    return { name: named(key, held) };
  }
  const writes = text !== undefined && !ctrl && !alt && text >= ' ' && text !== '\u007f';
  // The shift of a letter is in what it writes.
  const key = named(names[name] ?? name, { ctrl, alt, shift: shift && !writes });
  return writes ? { name: key, text } : { name: key };
}

/**
 * Tells keys and pastes of a terminal in raw mode.
 *
 * Shape: a paste comes whole, whatever is in it.
 */
export function readKeys(
  input: Readable,
  on: { key(key: Key): void; paste(text: string): void; end(): void },
): Keyboard {
  const keys = new PassThrough();
  const decoder = new StringDecoder('utf8');
  let pasted: string[] | undefined;
  /** The beginning of a mark, of which the rest is to come. */
  let rest = '';
  let waiting: NodeJS.Timeout | undefined;
  const onKey = (text: string | undefined, pressed: Pressed) => on.key(keyOf(text, pressed));
  emitKeypressEvents(keys, { escapeCodeTimeout: restMs } as never);
  keys.on('keypress', onKey);
  const press = (text: string) =>
    keys.write(text.replace(otherKey, `${escape}[$2;$1u`).replace(keypadEnter, '\r').replace(unnamedKey, ''));
  /** The text before a mark, and after it where the mark is there. A chunk may end in the middle of it. */
  const cutAt = (mark: string, text: string): readonly [before: string, after?: string] => {
    const at = text.indexOf(mark);
    if (at >= 0) return [text.slice(0, at), text.slice(at + mark.length)];
    const open = text.lastIndexOf(escape);
    const begun = open >= 0 && mark.startsWith(text.slice(open));
    rest = begun ? text.slice(open) : '';
    return [begun ? text.slice(0, open) : text];
  };
  const take = (text: string): void => {
    const [before, after] = cutAt(pasted ? pasteEnd : pasteStart, text);
    if (pasted) pasted.push(before);
    else press(before);
    if (after === undefined) return;
    const whole = pasted?.join('');
    pasted = pasted ? undefined : [];
    if (whole !== undefined) on.paste(whole);
    if (after !== '') take(after);
  };
  const onData = (chunk: Buffer | string) => {
    clearTimeout(waiting);
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk));
    rest = '';
    take(text);
    // It may be a key as well: Escape.
    if (rest !== '' && !pasted) waiting = setTimeout(pressRest, restMs);
  };
  const pressRest = () => {
    press(rest);
    rest = '';
  };
  const onEnd = () => on.end();
  input.on('data', onData).on('end', onEnd).on('close', onEnd);
  return {
    close() {
      clearTimeout(waiting);
      input.off('data', onData).off('end', onEnd).off('close', onEnd);
      keys.off('keypress', onKey).destroy();
    },
  };
}
