import { Type } from '@rustic-ai/kernel/schema';

const strict = { additionalProperties: false };
const folder = Type.Optional(
  Type.String({ minLength: 1, description: 'Path of the folder to search. Default: the workspace itself.' }),
);
const hidden = Type.Optional(
  Type.Boolean({ description: 'Also names that begin with a dot. Default: only where the glob says so.' }),
);
const ignored = Type.Optional(
  Type.Boolean({ description: 'Also what .gitignore, .ignore and .rgignore leave out. Default: false.' }),
);
const searches = {
  effects: { kind: 'read', idempotent: true, openWorld: false },
  baskets: ['files/read', 'files/search'],
  facts: { kind: 'search' },
} as const;
const lines = (what: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 50, description: `How many lines to show ${what}. Default: 0.` }));

/** Tools that find files and what is in them. */
export const searchTools = {
  fs_glob: {
    summary: 'Finds files by a glob such as src/**/*.{ts,tsx}.',
    input: Type.Object(
      {
        pattern: Type.String({
          minLength: 1,
          maxLength: 1_000,
          description:
            'Glob for paths below the folder: *, **, ?, [abc], {a,b}. Without a slash it is looked for in every folder.',
        }),
        path: folder,
        folders: Type.Optional(Type.Boolean({ description: 'Finds folders instead of files. Default: false.' })),
        hidden,
        ignored,
        offset: Type.Optional(Type.Integer({ minimum: 1, description: 'First path to show, from 1. Default: 1.' })),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 5_000, description: 'How many paths to show. Default: 500.' }),
        ),
      },
      strict,
    ),
    ...searches,
  },
  fs_grep: {
    summary:
      'Finds lines that match a regular expression (RE2: no look-around, no back-references) in the files of a folder. Files that may not be read, and binary ones, are left out.',
    input: Type.Object(
      {
        pattern: Type.String({
          minLength: 1,
          maxLength: 1_000,
          description: 'The regular expression, or the text with literal.',
        }),
        path: folder,
        glob: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 1_000,
            description: 'Only files whose path below the folder matches this glob.',
          }),
        ),
        type: Type.Optional(
          Type.String({
            pattern: '^[a-z]+$',
            description:
              'Only files of this type: ts, js, py, rust, go, java, c, cpp, md, json, yaml, html, css, sh and so on.',
          }),
        ),
        literal: Type.Optional(Type.Boolean({ description: 'The pattern is plain text. Default: false.' })),
        ignoreCase: Type.Optional(Type.Boolean({ description: 'Upper and lower case are the same. Default: false.' })),
        multiline: Type.Optional(
          Type.Boolean({
            description: 'A match may go over several lines, and a dot matches the end of a line. Default: false.',
          }),
        ),
        before: lines('before each match'),
        after: lines('after each match'),
        output: Type.Optional(
          Type.Union([Type.Literal('lines'), Type.Literal('files'), Type.Literal('counts')], {
            description: 'The lines, only the names of the files, or how many matches each has. Default: lines.',
          }),
        ),
        hidden,
        ignored,
        offset: Type.Optional(
          Type.Integer({ minimum: 1, description: 'First match (or file) to show, from 1. Default: 1.' }),
        ),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 2_000,
            description: 'How many matches (or files) to show. Default: 200.',
          }),
        ),
      },
      strict,
    ),
    ...searches,
  },
} as const;
