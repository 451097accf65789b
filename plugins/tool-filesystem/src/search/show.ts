import { isUtf8 } from 'node:buffer';
import { encodingOf } from '../encoding.js';
import { printable } from '../text.js';
import type { Found } from './found.js';
import type { Matcher, SearchedText } from './matches.js';

/** Where a zero byte says that a file is no text. Unit: bytes. */
const binaryBytes = 8 * 1024;

/** The text of a file with plain line ends; undefined: it is no text. */
export function textIn(content: Uint8Array): string | undefined {
  const data = Buffer.from(content.buffer, content.byteOffset, content.length);
  const wide = data.length > 1 && (data.readUInt16BE(0) === 0xfffe || data.readUInt16BE(0) === 0xfeff);
  if (!wide && data.subarray(0, binaryBytes).includes(0)) return undefined;
  const encoding = !wide && isUtf8(data) ? 'utf-8' : encodingOf(data);
  if (!encoding) return undefined;
  const text = encoding === 'utf-8' ? data.toString('utf8') : new TextDecoder(encoding).decode(data);
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return plain.includes('\r\n') ? plain.replaceAll('\r\n', '\n') : plain;
}

/** A file that may have matches. */
export interface Candidate {
  readonly path: string;
  /** undefined: it is none after all. */
  text(): Promise<string | undefined>;
  /** Whether it may be shown. Asked only where there is something to show. */
  allowed(): Promise<boolean>;
}
/** Shows what files have, in their order. Returns whether there is room for more. */
export type Show = (
  candidates: readonly Candidate[],
  to: { readonly matcher: Matcher; readonly found: Found },
) => Promise<boolean>;

export const showLines: Show = async (candidates, { matcher, found }) => {
  for (const { path, text, allowed } of candidates) {
    const whole = await text();
    if (whole === undefined) continue;
    const file = searched(whole, path);
    for await (const match of matcher.find(file)) {
      if (!(await allowed())) break;
      if (!found.add(file, match)) return false;
    }
    found.endFile();
  }
  return true;
};

/** How many files are asked about at once, never one that would not be shown. */
const atOnce = 16;

export const showFiles =
  (output: 'files' | 'counts'): Show =>
  async (candidates, { matcher, found }) => {
    let counted: { readonly candidate: Candidate; readonly count: number }[] = [];
    const add = async () => {
      const some = counted;
      counted = [];
      const answers = await Promise.all(some.map(({ candidate }) => candidate.allowed()));
      return some.every(({ candidate: { path }, count }, at) => {
        const line = output === 'files' ? printable(path) : `${printable(path)}:${count}`;
        return !answers[at] || found.addFile(line);
      });
    };
    for (const candidate of candidates) {
      const whole = await candidate.text();
      const count = whole === undefined ? 0 : await countIn(whole, candidate.path, matcher, output === 'files');
      if (count > 0) counted.push({ candidate, count });
      if (counted.length >= Math.min(atOnce, Math.max(found.room(), 1)) && !(await add())) return false;
    }
    return add();
  };

async function countIn(text: string, path: string, matcher: Matcher, onlyOne: boolean): Promise<number> {
  const matches = matcher.find(searched(text, path))[Symbol.asyncIterator]();
  let count = 0;
  while (!(await matches.next()).done) {
    count++;
    if (onlyOne) break;
  }
  return count;
}

function searched(text: string, path: string): SearchedText & { readonly path: string } {
  let lines: readonly string[] | undefined;
  return {
    path,
    text,
    get lines() {
      return (lines ??= text.split('\n'));
    },
  };
}
