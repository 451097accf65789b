import { workspaceError } from '@rustic-ai/kernel/contracts';
import type { Parts, Tools } from '../parts.js';
import { isInside } from '../roots.js';
import { printable } from '../text.js';
import { copyTree, targetsOf } from './copy-tree.js';
import { checkTree, pinTree, touchesOf, treeAt } from './trees.js';

export const move = (parts: Parts): Tools['fs_move'] => ({
  async access({ from, to }, call) {
    const tree = await treeAt(parts, from);
    pinTree(parts, tree, call);
    const targets = targetsOf(tree, await parts.roots.real(to, { link: true }));
    return parts.pins.access(
      [
        // What moves could be read at its new place.
        ...(await touchesOf(tree, ['fs.read', 'fs.write'])),
        ...targets.map((path) => ({ path, actions: ['fs.write'] as const, link: true })),
      ],
      call,
    );
  },
  async run({ from, to }, call) {
    await parts.pins.check(call);
    const tree = await treeAt(parts, from);
    checkTree(parts, tree, call);
    const target = await parts.roots.real(to, { link: true });
    if (isInside(tree.path, target))
      throw workspaceError('RUSTIC_FS_FAILED', { path: to, reason: 'a folder can not be moved into itself' });
    const targetFiles = await parts.roots.filesOf(target);
    call.signal.throwIfAborted();
    const make = async () => {
      if (targetFiles.root === tree.files.root) return tree.files.move(tree.path, target);
      await copyTree(tree, { files: targetFiles, path: target, overwrite: false, signal: call.signal });
      await tree.files.remove(tree.path, { recursive: true });
    };
    await parts.history.around(call, { paths: [tree.path, target], deep: true, make });
    const text = `Moved ${printable(from)} to ${printable(to)}.`;
    return { parts: [{ type: 'text', text }], data: { moved: tree.paths.length } };
  },
});
