import { workspaceError } from '@rustic-ai/kernel/contracts';
import type { Parts, Tools } from '../parts.js';
import { counted, printable } from '../text.js';
import { checkTree, pinTree, touchesOf, treeAt } from './trees.js';

/** How many names of a folder are shown before it goes. */
const maxNames = 100;

export const remove = (parts: Parts): Tools['fs_remove'] => ({
  async access({ path }, call) {
    const tree = await treeAt(parts, path);
    pinTree(parts, tree, call);
    return parts.pins.access(await touchesOf(tree, ['fs.write']), call);
  },
  async preview({ path }) {
    const { paths } = await treeAt(parts, path);
    const names = paths.slice(0, maxNames).map((name) => `-${printable(name)}\n`);
    const more = paths.length > maxNames ? `[… and ${paths.length - maxNames} more …]\n` : '';
    return { type: 'diff', text: names.join('') + more };
  },
  async run({ path, recursive = false }, call) {
    await parts.pins.check(call);
    const tree = await treeAt(parts, path);
    checkTree(parts, tree, call);
    if (tree.paths.length > 1 && !recursive)
      throw workspaceError('RUSTIC_FS_FAILED', {
        path,
        reason: 'the folder is not empty; say recursive if all in it shall go',
      });
    call.signal.throwIfAborted();
    await parts.history.around(call, {
      paths: [tree.path],
      deep: true,
      make: () => tree.files.remove(tree.path, { recursive }),
    });
    const inner = tree.paths.length - 1;
    const text = `Removed ${printable(path)}${inner > 0 ? ` and ${counted(inner, 'file')} and folders in it` : ''}.`;
    return { parts: [{ type: 'text', text }], data: { removed: tree.paths.length } };
  },
});
