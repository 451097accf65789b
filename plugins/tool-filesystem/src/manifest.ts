import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const path = Type.String({ minLength: 1, description: 'Path of the file; relative paths start at the workspace.' });

export default defineManifest({
  id: 'tool-filesystem',
  requires: { workspace: { one: 'workspace' } },
  permissions: [
    { action: 'fs.read', match: '**', reason: 'reads and lists files of the workspace' },
    { action: 'fs.write', match: '**', reason: 'writes and edits files of the workspace' },
  ],
  contributes: {
    tool: {
      fs_read: {
        summary: 'Reads a text file, or some lines of it. Long files come in parts; the end says how to go on.',
        input: Type.Object(
          {
            path,
            offset: Type.Optional(Type.Integer({ minimum: 1, description: 'First line to read, from 1. Default: 1.' })),
            limit: Type.Optional(
              Type.Integer({ minimum: 1, maximum: 2_000, description: 'How many lines to read. Default: 2000.' }),
            ),
          },
          { additionalProperties: false },
        ),
        effects: { kind: 'read', idempotent: true, openWorld: false },
        baskets: ['files/read'],
        facts: { kind: 'read' },
      },
      fs_list: {
        summary: 'Lists a folder: the name, type and size of each entry.',
        input: Type.Object(
          {
            path: Type.Optional(
              Type.String({ minLength: 1, description: 'Path of the folder. Default: the workspace itself.' }),
            ),
          },
          { additionalProperties: false },
        ),
        effects: { kind: 'read', idempotent: true, openWorld: false },
        baskets: ['files/read'],
        facts: { kind: 'read' },
      },
      fs_write: {
        summary: 'Writes a whole text file, making missing folders. To change part of a file, use fs_edit.',
        input: Type.Object(
          {
            path,
            content: Type.String({ description: 'The whole new content.' }),
            overwrite: Type.Optional(
              Type.Boolean({ description: 'Whether a file that exists may be replaced. Default: false.' }),
            ),
          },
          { additionalProperties: false },
        ),
        effects: { kind: 'write', idempotent: false, openWorld: false },
        baskets: ['files/write'],
        facts: { kind: 'edit' },
      },
      fs_edit: {
        summary: 'Replaces text in a file. The text must occur exactly once, or replaceAll be true.',
        input: Type.Object(
          {
            path,
            old: Type.String({ minLength: 1, description: 'The text to replace, exactly as it stands in the file.' }),
            new: Type.String({ description: 'The text to put in its place.' }),
            replaceAll: Type.Optional(
              Type.Boolean({ description: 'Whether every occurrence is replaced. Default: false.' }),
            ),
          },
          { additionalProperties: false },
        ),
        effects: { kind: 'write', idempotent: false, openWorld: false },
        baskets: ['files/write'],
        facts: { kind: 'edit' },
      },
    },
  },
});
