import { type Command, workspaceError } from '@rustic-ai/kernel/contracts';

/** What a tool is asked to run. */
export interface Asked {
  readonly command?: string;
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Throws: `RUSTIC_EXEC_FAILED` unless exactly one of the two is given. */
export function commandOf({ command, argv }: Asked): Command {
  if (command !== undefined && argv === undefined) return { line: command };
  if (argv !== undefined && command === undefined) return { argv };
  throw workspaceError('RUSTIC_EXEC_FAILED', {
    command: 'Nothing',
    reason: 'give either "command", a line for bash, or "argv", a program and its arguments',
  });
}

const quoted = (word: string): string => (/^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The same as one line of bash: what rules are held against and people are shown. Variables stand in it: they may decide what runs. */
export function lineOf(asked: Asked): string {
  const command = commandOf(asked);
  const line = 'line' in command ? command.line : command.argv.map(quoted).join(' ');
  const given = Object.entries(asked.env ?? {}).map(([name, value]) => `${name}=${quoted(value)}`);
  return given.length > 0 ? `export ${given.join(' ')}; ${line}` : line;
}

/** What giving text to a running program amounts to, as one line of bash. */
export const writingLine = (text: string, program: string): string => `printf %s ${quoted(text)} | ${program}`;
