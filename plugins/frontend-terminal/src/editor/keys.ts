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
/** xterm's form of a key with modifiers; the kitty form says the same. */
const otherKey = new RegExp(`${escape}\\[27;(\\d+);(\\d+)~`, 'g');
/** Keys beyond Unicode, in the kitty form. Only Enter of the keypad is one here. */
const keypadEnter = new RegExp(`${escape}\\[57414u`, 'g');
const privateKey = new RegExp(`${escape}\\[5[78]\\d{3}[\\d;:]*u`, 'g');
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
  let pasted: string | undefined;
  let rest = '';
  const onKey = (text: string | undefined, pressed: Pressed) => on.key(keyOf(text, pressed));
  emitKeypressEvents(keys, { escapeCodeTimeout: 50 } as never);
  keys.on('keypress', onKey);
  const take = (text: string): void => {
    if (pasted === undefined) {
      const at = text.indexOf(pasteStart);
      if (at < 0) {
        // A chunk may end in the middle of the mark.
        const cut = text.endsWith(pasteStart.slice(0, -1)) ? pasteStart.length - 1 : text.endsWith('\u001b[20') ? 4 : 0;
        rest = cut > 0 ? text.slice(-cut) : '';
        return void keys.write(cut > 0 ? text.slice(0, -cut) : text);
      }
      keys.write(text.slice(0, at));
      pasted = '';
      return take(text.slice(at + pasteStart.length));
    }
    pasted += text;
    const end = pasted.indexOf(pasteEnd);
    if (end < 0) return;
    const whole = pasted.slice(0, end);
    const after = pasted.slice(end + pasteEnd.length);
    pasted = undefined;
    on.paste(whole);
    if (after !== '') take(after);
  };
  const onData = (chunk: Buffer | string) => {
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk));
    rest = '';
    take(text.replace(otherKey, `${escape}[$2;$1u`).replace(keypadEnter, '\r').replace(privateKey, ''));
  };
  const onEnd = () => on.end();
  input.on('data', onData).on('end', onEnd).on('close', onEnd);
  return {
    close() {
      input.off('data', onData).off('end', onEnd).off('close', onEnd);
      keys.off('keypress', onKey).destroy();
    },
  };
}
