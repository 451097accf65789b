import type { FileContent } from '@rustic-ai/kernel/contracts';
import type { Parts, Tools } from '../parts.js';
import { createFound } from './found.js';
import { joined } from './glob.js';
import { parseGlob } from './glob-pattern.js';
import { createMatcher } from './matches.js';
import { createQueue } from './queue.js';
import { type Candidate, showFiles, showLines, textIn } from './show.js';
import { type SearchedFolder, searchTree } from './tree.js';
import { typeTest } from './types.js';

/** Larger files are left out, and counted. Unit: bytes. */
const maxFileBytes = 32 * 1024 * 1024;
/** Larger files are read one at a time. Unit: bytes. */
const bulkBytes = 256 * 1024;
/** How many files are read at once. */
const bulkFiles = 64;

type File = SearchedFolder['entries'][number];

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
    const show = output === 'lines' ? showLines : showFiles(output);
    const holding = matcher.holding && { holding: matcher.holding };
    const search = {
      files: await roots.filesOf(path),
      folder: await roots.real(path),
      hidden: input.hidden ?? wanted?.hidden ?? false,
      ignored,
      signal: call.signal,
    };
    let tooLarge = 0;
    let isFull = false;
    const queue = createQueue(call.signal);
    const candidateOf = (folder: SearchedFolder, file: File, content: FileContent): Candidate => {
      const below = folder.path ? `${folder.path}/${file.name}` : file.name;
      let allowed: Promise<boolean> | undefined;
      return {
        path: joined(path, below),
        async text() {
          const data =
            content === 'too large'
              ? (await folder.readAll([file], { maxBytes: maxFileBytes, ...holding }))[0]
              : content;
          if (data === 'too large' && !folder.isIgnored(file.name)) tooLarge++;
          const text = typeof data === 'object' ? textIn(data) : undefined;
          return text === undefined || folder.isIgnored(file.name) ? undefined : text;
        },
        // The real path, for it is what was read.
        allowed: () => (allowed ??= mayShow(`${search.folder}/${below}`, call)),
      };
    };
    const look = async (folder: SearchedFolder) => {
      const isWanted = ({ name, type }: File) =>
        type === 'file' &&
        isOfType?.(name) !== false &&
        wanted?.test(folder.path ? `${folder.path}/${name}` : name) !== false;
      const files = folder.entries.filter(isWanted);
      for (let at = 0; at < files.length && !isFull; at += bulkFiles) {
        const some = files.slice(at, at + bulkFiles);
        const room = queue.add(folder.readAll(some, { maxBytes: bulkBytes, ...holding }), async (contents) => {
          const candidates = some.flatMap((file, index) =>
            contents[index] === undefined ? [] : [candidateOf(folder, file, contents[index])],
          );
          if (!isFull) isFull = !(await show(candidates, { matcher, found }));
        });
        if (room) await room;
      }
      const until = queue.over();
      return isFull ? false : !until || { until };
    };
    await searchTree(search, look);
    const { text, shown, complete } = found.result();
    const large =
      tooLarge > 0 ? `\n[Left out, for they are larger than ${maxFileBytes} bytes: ${tooLarge} files.]` : '';
    return { parts: [{ type: 'text', text: text + large }], data: { shown, complete, tooLarge } };
  },
});
