import { Type } from '@rustic-ai/kernel/schema';

const strict = { additionalProperties: false };
const file = Type.String({
  minLength: 1,
  description: 'Path of the file; relative paths start at the workspace.',
});
const path = (description: string) => Type.String({ minLength: 1, description });
const overwrite = (description: string) =>
  Type.Optional(Type.Boolean({ description: `${description} Default: false.` }));
const writes = {
  effects: { kind: 'write', idempotent: false, openWorld: false },
  baskets: ['files/write'],
  facts: { kind: 'edit' },
} as const;
const edit = {
  path: file,
  old: Type.String({ minLength: 1, description: 'The text to replace, exactly as it stands in the file.' }),
  new: Type.String({ description: 'The text to put in its place.' }),
  replaceAll: Type.Optional(Type.Boolean({ description: 'Whether every occurrence is replaced. Default: false.' })),
};

/** Tools that change files and folders. */
export const changeTools = {
  fs_write: {
    summary: 'Writes a whole text file, making missing folders. To change part of a file, use fs_edit.',
    input: Type.Object(
      {
        path: file,
        content: Type.String({ description: 'The whole new content.' }),
        overwrite: overwrite('Whether a file that exists may be replaced.'),
      },
      strict,
    ),
    ...writes,
    facts: { ...writes.facts, touches: ['/path'] },
  },
  fs_edit: {
    summary: 'Replaces text in a file. The text must occur exactly once, or replaceAll be true.',
    input: Type.Object(edit, strict),
    ...writes,
    facts: { ...writes.facts, touches: ['/path'] },
  },
  fs_multi_edit: {
    summary: 'Makes several edits, of one file or of many, all or none. Those of one file follow each other.',
    input: Type.Object(
      {
        edits: Type.Array(Type.Object(edit, strict), {
          minItems: 1,
          maxItems: 200,
          description: 'The edits, each as fs_edit takes it.',
        }),
      },
      strict,
    ),
    ...writes,
    facts: { ...writes.facts, touches: ['/edits/*/path'] },
  },
  fs_patch: {
    summary: 'Applies a unified diff to one file or to many, all or none. It can make, rename and remove files.',
    input: Type.Object(
      { patch: Type.String({ minLength: 1, description: 'The unified diff, as git or diff -u writes it.' }) },
      strict,
    ),
    ...writes,
  },
  fs_copy: {
    summary: 'Copies a file, or a folder with all in it. Links stay links.',
    input: Type.Object(
      {
        from: path('Path of what to copy.'),
        to: path('Path the copy gets, not the folder it goes into.'),
        overwrite: overwrite('Whether a file that exists may be replaced.'),
      },
      strict,
    ),
    ...writes,
    facts: { ...writes.facts, touches: ['/from', '/to'] },
  },
  fs_move: {
    summary: 'Gives a file, folder or link another path. It never replaces anything.',
    input: Type.Object(
      { from: path('Path of what to move.'), to: path('Path it gets, not the folder it goes into.') },
      strict,
    ),
    ...writes,
    facts: { kind: 'move', touches: ['/from', '/to'] },
  },
  fs_remove: {
    summary: 'Removes a file, a link itself, or a folder.',
    input: Type.Object(
      {
        path: path('Path of what to remove.'),
        recursive: overwrite('Whether a folder goes with all in it.'),
      },
      strict,
    ),
    ...writes,
    effects: { kind: 'destructive', idempotent: false, openWorld: false },
    facts: { kind: 'delete', touches: ['/path'] },
  },
  fs_make_dir: {
    summary: 'Makes a folder, and missing ones above it. One that is there already stays.',
    input: Type.Object({ path: path('Path of the folder.') }, strict),
    ...writes,
    effects: { kind: 'write', idempotent: true, openWorld: false },
    facts: { ...writes.facts, touches: ['/path'] },
  },
  fs_chmod: {
    summary: 'Sets the permissions of a file or folder.',
    input: Type.Object(
      {
        path: path('Path of the file or folder.'),
        permissions: Type.String({ pattern: '^[0-7]{3}$', description: 'Three octal digits, such as 755.' }),
      },
      strict,
    ),
    ...writes,
    effects: { kind: 'write', idempotent: true, openWorld: false },
    facts: { ...writes.facts, touches: ['/path'] },
  },
} as const;
