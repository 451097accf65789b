import type { Parts, Tools } from '../parts.js';
import type { Change, Changes } from './changes.js';
import { editing } from './plans.js';
import type { Edit } from './replace.js';

type Edits = readonly (Omit<Edit, 'replaceAll'> & { replaceAll?: boolean })[];

export const multiEdit = ({ pins }: Parts, changes: Changes): Tools['fs_multi_edit'] => ({
  access: ({ edits }, call) =>
    pins.access(
      pathsOf(edits).map((path) => ({ path, actions: ['fs.read', 'fs.write'] })),
      call,
    ),
  preview: ({ edits }, call) => changes.preview(changesOf(edits), call),
  run: ({ edits }, call) => changes.run(changesOf(edits), call),
});

const pathsOf = (edits: Edits) => [...new Set(edits.map(({ path }) => path))];
/** The edits of one file come one after the other, in their order. */
const changesOf = (edits: Edits): readonly Change[] =>
  pathsOf(edits).map((path) =>
    editing(
      path,
      edits.filter((one) => one.path === path),
    ),
  );
