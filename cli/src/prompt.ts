import { fstatSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { cliError } from './errors.js';

/** What may be read into a prompt, from one file or from standard input. Unit: bytes. */
const largest = 1_000_000;
/** A pipe that says nothing for this long is left out, where there is a prompt without it. Unit: ms. */
const silenceMs = 500;
/** As a word of the prompt: wait for standard input until it ends. */
const waitWord = '-';

/**
 * Makes the prompt of a run: the words, the files named with `@`, and what is piped in.
 *
 * Shape: `@path` stays where it stands, the content follows below; a word that names no file is a word; `-` alone says that
 *   standard input is waited for. A pipe that is left out because it says nothing is told to `note`.
 * Throws: `RUSTIC_USAGE` when a file or the input is too large.
 * Cancel: rejects with the reason of `signal` while it waits for the input.
 */
export async function readPrompt(parts: {
  readonly words: readonly string[];
  /** Undefined: nothing is read. */
  readonly input: (Readable & { readonly isTTY?: boolean; readonly fd?: number }) | undefined;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}): Promise<string> {
  const { input, cwd, signal, note } = parts;
  const words = parts.words.filter((word) => word !== waitWord);
  const optional = words.length > 0 && words.length === parts.words.length;
  const text = words.join(' ');
  const named = new Set([...text.matchAll(/(?:^|\s)@(\S+)/g)].map(([, path]) => path as string));
  const files = await Promise.all([...named].map((path) => attach(path, cwd)));
  const piped = !input || input.isTTY ? '' : await readInput(input, optional ? note : undefined, signal);
  return [text, ...files, piped.trim()].filter((part) => part !== '').join('\n\n');
}

async function attach(name: string, cwd: string): Promise<string> {
  const path = resolve(cwd, name);
  const found = await stat(path).catch(() => undefined);
  // A sentence may go on after the name.
  if (!found && /[.,;:!?)]$/.test(name)) return attach(name.slice(0, -1), cwd);
  if (!found?.isFile()) return '';
  if (found.size > largest) throw tooLarge(name);
  return `--- ${name} ---\n${(await readFile(path, 'utf8')).trimEnd()}`;
}

/** `leave`: there is a prompt without it, so a pipe nobody writes to is not waited for, and this says so. */
async function readInput(
  input: Readable & { readonly fd?: number },
  leave: ((text: string) => void) | undefined,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const source = fstatSync(input.fd ?? 0);
  if (leave && source.isCharacterDevice()) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  const silence = setTimeout(() => {
    leave?.(
      `Standard input said nothing for ${silenceMs} ms and is left out. To wait for it, write - after the prompt; to never read it: --no-input\n`,
    );
    input.destroy();
  }, silenceMs);
  const end = () => input.destroy(signal.reason as Error);
  signal.addEventListener('abort', end);
  if (!leave || source.isFile()) clearTimeout(silence);
  try {
    for await (const chunk of input) {
      clearTimeout(silence);
      chunks.push(Buffer.from(chunk as Uint8Array));
      bytes += (chunk as Uint8Array).length;
      if (bytes > largest) throw tooLarge('standard input');
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const tooLarge = (what: string) =>
  cliError('RUSTIC_USAGE', {
    reason: `${what} has over ${largest} bytes.`,
    hint: 'Name the file in the prompt; the agent can read it in parts.',
  });
