import { Type } from '@rustic-ai/kernel/schema';

const file = Type.String({
  minLength: 1,
  description: 'Path of the file; relative paths start at the workspace.',
});
const strict = { additionalProperties: false };
const reads = {
  effects: { kind: 'read', idempotent: true, openWorld: false },
  baskets: ['files/read'],
  facts: { kind: 'read' },
} as const;

/** Tools that look at a file or folder. */
export const lookTools = {
  fs_read: {
    summary:
      'Reads a text file, or some lines of it. Long files come in parts; the end says how to go on. Images are shown.',
    input: Type.Object(
      {
        path: file,
        offset: Type.Optional(
          Type.Integer({
            minimum: 1,
            description: 'First line to read, or first byte of a binary one, from 1. Default: 1.',
          }),
        ),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            description:
              'How many lines, or bytes of a binary one, to read. Default and most: 2000 lines, 49152 bytes.',
          }),
        ),
        binary: Type.Optional(Type.Boolean({ description: 'Gives bytes in base64, of any file. Default: false.' })),
      },
      strict,
    ),
    ...reads,
    facts: { kind: 'read', touches: ['/path'] },
  },
  fs_list: {
    summary: 'Lists a folder: the name, type and size of each entry.',
    input: Type.Object(
      {
        path: Type.Optional(
          Type.String({ minLength: 1, description: 'Path of the folder. Default: the workspace itself.' }),
        ),
        offset: Type.Optional(Type.Integer({ minimum: 1, description: 'First entry to show, from 1. Default: 1.' })),
      },
      strict,
    ),
    ...reads,
    facts: { kind: 'read', touches: ['/path'] },
  },
  fs_info: {
    summary: 'Says what a path is: its type, size, permissions, time of change and, of a link, where it leads.',
    input: Type.Object({ path: Type.String({ minLength: 1, description: 'Path of a file, folder or link.' }) }, strict),
    ...reads,
    facts: { kind: 'read', touches: ['/path'] },
  },
  fs_hash: {
    summary: 'Computes the checksum of a file.',
    input: Type.Object(
      {
        path: file,
        algorithm: Type.Optional(
          Type.Union([Type.Literal('sha256'), Type.Literal('sha512'), Type.Literal('sha1'), Type.Literal('md5')], {
            description: 'Default: sha256.',
          }),
        ),
      },
      strict,
    ),
    ...reads,
    facts: { kind: 'read', touches: ['/path'] },
  },
  fs_diff: {
    summary: 'Compares two text files: a unified diff that turns the first one into the second.',
    input: Type.Object(
      {
        from: Type.String({ minLength: 1, description: 'Path of the first file.' }),
        to: Type.String({ minLength: 1, description: 'Path of the second file.' }),
      },
      strict,
    ),
    ...reads,
    facts: { kind: 'read', touches: ['/from', '/to'] },
  },
  fs_watch: {
    summary: 'Waits for changes of a file or of everything in a folder, and tells them as they happen.',
    input: Type.Object(
      {
        path: Type.Optional(
          Type.String({ minLength: 1, description: 'Path of the file or folder. Default: the workspace itself.' }),
        ),
        seconds: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 600, description: 'How long to wait at most. Default: 60.' }),
        ),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 1_000, description: 'Ends after so many changes. Default: 100.' }),
        ),
      },
      strict,
    ),
    ...reads,
    effects: { kind: 'read', idempotent: false, openWorld: false },
    facts: { kind: 'read', touches: ['/path'] },
  },
} as const;
