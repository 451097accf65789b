import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const input = <Properties extends Parameters<typeof Type.Object>[0]>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
const id = Type.String({ minLength: 1, description: 'The id that process_start gave.' });
const columns = Type.Integer({ minimum: 1, maximum: 1_000, description: 'Width in characters. Default: 80.' });
const rows = Type.Integer({ minimum: 1, maximum: 1_000, description: 'Height in lines. Default: 24.' });
const waitMs = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 60_000,
    description: 'How long to wait for the first output, in milliseconds. Default: 0.',
  }),
);
const what = {
  command: Type.Optional(Type.String({ minLength: 1, description: 'The command line, for bash. Or give argv.' })),
  argv: Type.Optional(
    Type.Array(Type.String(), {
      minItems: 1,
      description: 'A program and its arguments, taken as they are, without a shell. Or give command.',
    }),
  ),
  cwd: Type.Optional(Type.String({ minLength: 1, description: 'Folder to run it in. Default: the workspace itself.' })),
  env: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
      description: 'Variables it is given beside PATH, HOME and a few others.',
    }),
  ),
};
const executes = { baskets: ['dev/shell'], facts: { kind: 'execute' } };
const runs = { ...executes, effects: { kind: 'write', idempotent: false, openWorld: true } } as const;
/** What only touches processes and output that this plugin has: starting them was what rules decide about. */
const keeps = {
  baskets: ['dev/shell'],
  effects: { kind: 'none', idempotent: true, openWorld: false },
} as const;
const looks = { ...keeps, facts: { kind: 'read' } };
/** How long something runs is another answer each time. */
const watches = { ...looks, effects: { kind: 'none', idempotent: false, openWorld: false } } as const;

export default defineManifest({
  id: 'tool-shell',
  requires: { workspace: { one: 'workspace' }, host: { one: 'host' } },
  config: Type.Object({
    maxBytes: Type.Integer({
      minimum: 256,
      maximum: 16_777_216,
      default: 65_536,
      description:
        'How much of stdout and of stderr the model is given, in bytes: of more, the beginning and the end. Default: 65536; 256 to 16777216.',
    }),
    keepBytes: Type.Integer({
      minimum: 0,
      maximum: 1_073_741_824,
      default: 67_108_864,
      description: 'How much of one output is kept for shell_output, in bytes.',
    }),
    maxProcesses: Type.Integer({
      minimum: 0,
      maximum: 1_000,
      default: 16,
      description: 'How many processes may run in the background.',
    }),
    logChars: Type.Integer({
      minimum: 1_024,
      maximum: 16_777_216,
      default: 1_048_576,
      description: 'How much of what such a process writes is kept, in characters: the newest.',
    }),
  }),
  permissions: [{ action: 'exec', match: '**', reason: 'runs command lines in the workspace' }],
  contributes: {
    service: { 'tool.outputs': { summary: 'Keeps whole what the model is given a part of.' } },
    tool: {
      shell_run: {
        ...runs,
        summary:
          'Runs a command in the workspace and waits for it. Processes it leaves in the background are ended with it.',
        input: input({
          ...what,
          timeoutMs: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 600_000,
              description: 'How long it may run, in milliseconds. Default: 120000; at most 600000.',
            }),
          ),
          stdin: Type.Optional(Type.String({ description: 'What it can read from stdin. Default: nothing.' })),
        }),
      },
      shell_output: {
        ...looks,
        summary: 'Reads what a command wrote that shell_run left out.',
        input: input({
          ref: Type.String({ minLength: 1, description: 'The ref that shell_run gave.' }),
          offset: Type.Optional(Type.Integer({ minimum: 0, description: 'Where to begin, in bytes. Default: 0.' })),
          length: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 1_048_576, description: 'How much, in bytes. Default: maxBytes.' }),
          ),
        }),
      },
      process_start: {
        ...runs,
        summary: 'Starts a command in the background, such as a server. It ends with the program at the latest.',
        input: input({
          ...what,
          terminal: Type.Optional(
            Type.Object(
              { columns: Type.Optional(columns), rows: Type.Optional(rows) },
              { additionalProperties: false, description: 'Gives it a terminal. Default: it has none.' },
            ),
          ),
        }),
      },
      process_list: { ...watches, summary: 'Lists the processes of this session and how they fare.', input: input({}) },
      process_logs: {
        ...watches,
        summary: 'Reads what a process wrote.',
        input: input({
          id,
          from: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Where to begin, in characters, as said before. Default: 0.' }),
          ),
          length: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 1_048_576,
              description: 'How much, in characters. Default: maxBytes.',
            }),
          ),
          waitMs,
        }),
      },
      process_write: {
        ...runs,
        summary: 'Types text into a process, with \\r for Enter in a terminal and \\n else, and reads what it answers.',
        input: input({
          id,
          text: Type.String({ description: 'What it reads next; control characters are keys in a terminal.' }),
          end: Type.Optional(Type.Boolean({ description: 'Say that there is nothing more to read. Default: false.' })),
          waitMs,
        }),
      },
      process_resize: {
        ...keeps,
        facts: { kind: 'execute' },
        summary: 'Changes the size of the terminal of a process.',
        input: input({ id, columns, rows }),
      },
      process_stop: {
        ...keeps,
        facts: { kind: 'execute' },
        summary: 'Ends a process and all it started: asked first, then killed.',
        input: input({ id }),
      },
    },
  },
});
