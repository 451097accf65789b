import { Type } from '@rustic-ai/kernel/schema';

const strict = { additionalProperties: false };
const archive = Type.String({
  minLength: 1,
  description: 'Path of the archive: .zip, .tar, .tar.gz or .tgz.',
});

/** Tools that look into archives, make and unpack them. */
export const archiveTools = {
  fs_archive_list: {
    summary: 'Lists what is in an archive (zip, tar, tar.gz), without unpacking it.',
    input: Type.Object({ path: archive }, strict),
    effects: { kind: 'read', idempotent: true, openWorld: false },
    baskets: ['files/read', 'files/archive'],
    facts: { kind: 'read', touches: ['/path'] },
  },
  fs_archive_create: {
    summary:
      'Puts files and folders into a new archive (zip, tar, tar.gz), by the ending of its name. Links are left out.',
    input: Type.Object(
      {
        path: archive,
        from: Type.Array(Type.String({ minLength: 1 }), {
          minItems: 1,
          maxItems: 100,
          description: 'Paths of files and folders; each keeps its own name in the archive.',
        }),
        overwrite: Type.Optional(
          Type.Boolean({ description: 'Whether an archive that exists may be replaced. Default: false.' }),
        ),
      },
      strict,
    ),
    effects: { kind: 'write', idempotent: false, openWorld: false },
    baskets: ['files/write', 'files/archive'],
    facts: { kind: 'edit', touches: ['/path', '/from/*'] },
  },
  fs_archive_extract: {
    summary: 'Unpacks an archive (zip, tar, tar.gz) into a folder. Links and special files are left out.',
    input: Type.Object(
      {
        path: archive,
        to: Type.String({ minLength: 1, description: 'Path of the folder it goes into, made if it is missing.' }),
        overwrite: Type.Optional(
          Type.Boolean({ description: 'Whether files that exist may be replaced. Default: false.' }),
        ),
      },
      strict,
    ),
    effects: { kind: 'write', idempotent: false, openWorld: false },
    baskets: ['files/write', 'files/archive'],
    facts: { kind: 'edit', touches: ['/path', '/to'] },
  },
} as const;
