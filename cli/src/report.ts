import { errorInfo } from '@rustic-ai/kernel';
import { exitCodeOf } from '@rustic-ai/kernel/contracts';
import { CommanderError } from 'commander';
import { cliError, formatError } from './errors.js';
import { lastLine } from './last-line.js';
import { calledBy } from './shared-options.js';
import { suggest } from './suggest.js';

/**
 * Prints what ended a command, also for a machine that asked for JSON, and returns the exit code it stands for.
 * `program`: what the commands of its fix begin with.
 */
export function report(thrown: unknown, args: readonly string[], program: string): number {
  const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
  process.stderr.write(calledBy(program, formatError(error, args.includes('--debug'))));
  const line = machineLine(error, args);
  if (line) process.stdout.write(`${JSON.stringify(line)}\n`);
  return exitCodeOf(errorInfo(error).code);
}

/** What commander says in one line becomes what happened and the fix. */
function usageError({ code, message }: CommanderError) {
  if (code === 'commander.help')
    return cliError('RUSTIC_USAGE', { reason: 'A command is missing.', hint: 'Run: rustic --help' });
  const [what = '', suggestion] = message
    .replace(/^error: /, '')
    // What was too much may be a secret.
    .replace(/^(too many arguments for 'add'.*but got \d+): .*$/s, '$1')
    .replace(/\.$/, '')
    .split('\n');
  const [, given = '', choices] = /'([^']*)' is invalid.* Allowed choices are (.*)$/.exec(what) ?? [];
  const near = choices && suggest(given, choices.split(', '));
  const hint = suggestion?.replace(/^\(|\)$/g, '') ?? (near?.startsWith('Did') ? near : 'Run: rustic --help');
  return cliError('RUSTIC_USAGE', { reason: `${what[0]?.toUpperCase()}${what.slice(1)}.`, hint });
}

/** A run that never started ends like any other; what else was asked for as JSON says its error. */
function machineLine(error: unknown, args: readonly string[]): object | undefined {
  const end = args.indexOf('--');
  const given = end < 0 ? args : args.slice(0, end);
  const json = given.includes('--json');
  const [command = '', sub] = given.filter((arg) => !arg.startsWith('-'));
  if (command !== 'run' && command !== 'chat' && !(command === 'session' && sub === 'resume'))
    return json ? { error: errorInfo(error) } : undefined;
  const at = given.findLastIndex((arg) => /^--output-format(=|$)/.test(arg));
  const format = given[at]?.split('=')[1] ?? given[at + 1];
  if (json || (at >= 0 && format === 'json')) return lastLine(error, 'json');
  return lastLine(error, at >= 0 && format === 'stream-json' ? format : 'text');
}
