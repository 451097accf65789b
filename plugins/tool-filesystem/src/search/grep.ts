import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { encodingOf } from '../encoding.js';
import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';
import { createFound, type Found } from './found.js';
import { joined } from './glob.js';
import { parseGlob } from './glob-pattern.js';
import { createMatcher, type Matcher, type SearchedText } from './matches.js';
import { type SearchedFolder, searchTree } from './tree.js';
import { typeTest } from './types.js';

/** Larger files are left out, and counted. Unit: bytes. */
const maxFileBytes = 32 * 1024 * 1024;
/** Where a zero byte says that a file is no text. Unit: bytes. */
const binaryBytes = 8 * 1024;
/** How long other work of the process waits at most, but for one file. Unit: ms. */
const sliceMs = 10;

export const grep = ({ roots, pins, mayShow }: Parts): Tools['fs_grep'] => ({
  access: ({ path = '.' }, call) => pins.access([{ path, actions: ['fs.read'] }], call),
  async run(input, call) {
    await pins.check(call);
    const { path = '.', output = 'lines', offset = 1, limit = 200, before = 0, after = 0 } = input;
    const { pattern, literal = false, ignoreCase = false, multiline = false, ignored = false } = input;
    const matcher = await createMatcher({ pattern, literal, ignoreCase, multiline });
    const wanted = input.glob === undefined ? undefined : await parseGlob(input.glob);
    const isOfType = input.type === undefined ? undefined : typeTest(input.type);
    const found = createFound({ offset, limit, before, after });
    const show = output === 'lines' ? showLines : showFile(output);
    let tooLarge = 0;
    let sliceEnd = performance.now() + sliceMs;
    const search = {
      files: await roots.filesOf(path),
      folder: await roots.real(path),
      hidden: input.hidden ?? wanted?.hidden ?? false,
      ignored,
      signal: call.signal,
    };
    const look = async (folder: SearchedFolder) => {
      for (const { name, type } of folder.entries) {
        const below = folder.path ? `${folder.path}/${name}` : name;
        if (type !== 'file' || isOfType?.(name) === false || wanted?.test(below) === false) continue;
        if (performance.now() > sliceEnd) {
          await setImmediate();
          sliceEnd = performance.now() + sliceMs;
          call.signal.throwIfAborted();
        }
        const content = folder.read(name, maxFileBytes);
        const data = content instanceof Promise ? await content : content;
        if (data === 'too large' && !folder.isIgnored(name)) tooLarge++;
        const text = typeof data === 'object' ? textIn(data, matcher) : undefined;
        if (text === undefined || folder.isIgnored(name)) continue;
        const file = fileOf(joined(path, below), text);
        if (!(await show({ file, matcher, found, allowed: allowance(`${search.folder}/${below}`) }))) return false;
      }
      return true;
    };
    // The real path, for it is what was read.
    const allowance = (file: string) => {
      let allowed: Promise<boolean> | undefined;
      return () => (allowed ??= mayShow(file, call));
    };
    await searchTree(search, look);
    const { text, shown, complete } = found.result();
    const large =
      tooLarge > 0 ? `\n[Left out, for they are larger than ${maxFileBytes} bytes: ${tooLarge} files.]` : '';
    return { parts: [{ type: 'text', text: text + large }], data: { shown, complete, tooLarge } };
  },
});

/** The text of a file that may have a match, with plain line ends; undefined: it has none, or is no text. */
function textIn(content: Uint8Array, matcher: Matcher): string | undefined {
  const data = Buffer.from(content.buffer, content.byteOffset, content.length);
  const wide = data.length > 1 && (data.readUInt16BE(0) === 0xfffe || data.readUInt16BE(0) === 0xfeff);
  if (!wide && (matcher.lacks(data) || data.subarray(0, binaryBytes).includes(0))) return undefined;
  const encoding = !wide && isUtf8(data) ? 'utf-8' : encodingOf(data);
  if (!encoding) return undefined;
  const text = encoding === 'utf-8' ? data.toString('utf8') : new TextDecoder(encoding).decode(data);
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return plain.includes('\r\n') ? plain.replaceAll('\r\n', '\n') : plain;
}

interface File extends SearchedText {
  readonly path: string;
}
function fileOf(path: string, text: string): File {
  let lines: readonly string[] | undefined;
  return {
    path,
    text,
    get lines() {
      return (lines ??= text.split('\n'));
    },
  };
}
interface Showing {
  readonly file: File;
  readonly matcher: Matcher;
  readonly found: Found;
  /** Asked only where there is something to show. */
  readonly allowed: () => Promise<boolean>;
}
/** Both return whether there is room for more. */
async function showLines({ file, matcher, found, allowed }: Showing): Promise<boolean> {
  for await (const match of matcher.find(file)) {
    if (!(await allowed())) break;
    if (!found.add(file, match)) return false;
  }
  found.endFile();
  return true;
}
const showFile =
  (output: 'files' | 'counts') =>
  async ({ file, matcher, found, allowed }: Showing): Promise<boolean> => {
    const matches = matcher.find(file)[Symbol.asyncIterator]();
    let count = 0;
    while (!(await matches.next()).done) {
      count++;
      if (output === 'files') break;
    }
    if (count === 0 || !(await allowed())) return true;
    return found.addFile(output === 'files' ? printable(file.path) : `${printable(file.path)}:${count}`);
  };
