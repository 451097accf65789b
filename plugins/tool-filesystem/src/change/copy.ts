import { workspaceError } from '@rustic-ai/kernel/contracts';
import type { Parts, Tools } from '../parts.js';
import { isInside } from '../roots.js';
import { printable } from '../text.js';
import { copyTree, targetsOf } from './copy-tree.js';
import { checkTree, pinTree, touchesOf, treeAt } from './trees.js';

export const copy = (parts: Parts): Tools['fs_copy'] => ({
  async access({ from, to }, call) {
    const tree = await treeAt(parts, from);
    pinTree(parts, tree, call);
    const targets = targetsOf(tree, await parts.roots.real(to));
    return parts.pins.access(
      [...(await touchesOf(tree, ['fs.read'])), ...targets.map((path) => ({ path, actions: ['fs.write'] as const }))],
      call,
    );
  },
  async run({ from, to, overwrite = false }, call) {
    await parts.pins.check(call);
    const tree = await treeAt(parts, from);
    checkTree(parts, tree, call);
    const path = await parts.roots.real(to);
    if (isInside(tree.path, path))
      throw workspaceError('RUSTIC_FS_FAILED', { path: to, reason: 'nothing can be copied onto or into itself' });
    const files = await parts.roots.filesOf(path);
    const make = () => copyTree(tree, { files, path, overwrite, signal: call.signal });
    await parts.history.around(call, { paths: [path], deep: true, make });
    const text = `Copied ${printable(from)} to ${printable(to)}.`;
    return { parts: [{ type: 'text', text }], data: { copied: tree.paths.length } };
  },
});
