import type { Call } from '@rustic-ai/kernel/contracts';
import { basename } from 'node:path';
import { blocksOf } from '../blocks.js';
import { touchesOf, treeAt, type Tree } from '../change/trees.js';
import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';
import { archiveError } from './entry.js';
import type { Packed } from './packed.js';

export const archiveCreate = (parts: Parts): Tools['fs_archive_create'] => ({
  async access({ path, from }, call) {
    const trees = await treesOf(parts, from);
    for (const tree of trees) parts.pins.seen(call, tree.path, tree.paths.join('\0'));
    const touches = await Promise.all(trees.map((tree) => touchesOf(tree, ['fs.read'])));
    return parts.pins.access([...touches.flat(), { path, actions: ['fs.write'] }], call);
  },
  async run({ path, from, overwrite = false }, call) {
    const { roots, pins, history } = parts;
    await pins.check(call);
    const trees = await treesOf(parts, from);
    for (const tree of trees) pins.checkSeen(call, tree.path, tree.paths.join('\0'));
    const real = await roots.real(path);
    const files = await roots.filesOf(path);
    const told = { packed: 0, left: 0 };
    const entries = entriesOf(trees, { path, real, call, told });
    const content = await writerOf(path, entries);
    const make = () => files.write(path, content, { overwrite, atomic: true });
    await history.around(call, { paths: [real], make });
    const left = told.left > 0 ? ` Left out, for they are links or special: ${told.left}.` : '';
    const text = `Put ${told.packed === 1 ? 'one entry' : `${told.packed} entries`} into ${printable(path)}.${left}`;
    return { parts: [{ type: 'text', text }], data: told };
  },
});

const treesOf = (parts: Parts, from: readonly string[]): Promise<readonly Tree[]> =>
  Promise.all(from.map((path) => treeAt(parts, path)));

async function writerOf(path: string, entries: AsyncIterable<Packed>): Promise<AsyncIterable<Uint8Array>> {
  if (/\.zip$/i.test(path)) return (await import('./zip.js')).writeZip(entries);
  const { writeTar } = await import('./tar.js');
  if (/\.(tar\.gz|tgz)$/i.test(path)) return writeTar(entries, true);
  if (/\.tar$/i.test(path)) return writeTar(entries, false);
  throw archiveError(path, 'its name ends with none of .zip, .tar, .tar.gz and .tgz');
}

async function* entriesOf(
  trees: readonly Tree[],
  { path, real, call, told }: { path: string; real: string; call: Call; told: { packed: number; left: number } },
): AsyncIterable<Packed> {
  const names = new Set<string>();
  for (const tree of trees)
    for (const one of tree.paths) {
      call.signal.throwIfAborted();
      // The workspace itself has no name there; an archive does not hold itself.
      const name = (tree.path === tree.files.root ? '' : basename(tree.path)) + one.slice(tree.path.length);
      const inside = name.replace(/^\//, '');
      if (inside === '' || one === real) continue;
      if (names.has(inside)) throw archiveError(path, `it would hold ${inside} twice`);
      names.add(inside);
      const { type, bytes, permissions, modifiedMs } = await tree.files.info(one);
      if (type !== 'file' && type !== 'directory') told.left++;
      else {
        told.packed++;
        call.report({ done: told.packed, unit: 'entries' });
        const head = { name: inside, bytes: type === 'file' ? bytes : 0, permissions, modifiedMs };
        yield type === 'file'
          ? { ...head, content: () => exactly(blocksOf(tree.files, one, call.signal), bytes, one) }
          : head;
      }
    }
}

/** Throws: when there is less; what grew since is left out. */
async function* exactly(content: AsyncIterable<Uint8Array>, bytes: number, path: string): AsyncIterable<Uint8Array> {
  let left = bytes;
  for await (const block of content) {
    if (left === 0) return;
    yield block.subarray(0, left);
    left -= Math.min(left, block.length);
  }
  if (left > 0) throw archiveError(path, 'it became shorter while it was read');
}
