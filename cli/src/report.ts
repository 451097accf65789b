import { errorInfo } from '@rustic-ai/kernel';
import { exitCodeOf, runFailed, runResult } from '@rustic-ai/kernel/contracts';
import { CommanderError } from 'commander';
import { cliError, formatError } from './errors.js';

/** Prints what ended a command, also for a machine that asked for JSON, and returns the exit code it stands for. */
export function report(thrown: unknown, args: readonly string[]): number {
  const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
  process.stderr.write(formatError(error, args.includes('--debug')));
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
    .replace(/\.$/, '')
    .split('\n');
  const hint = suggestion ? suggestion.replace(/^\(|\)$/g, '') : 'Run: rustic --help';
  return cliError('RUSTIC_USAGE', { reason: `${what[0]?.toUpperCase()}${what.slice(1)}.`, hint });
}

/** A run that never started ends like any other; what else was asked for as JSON says its error. */
function machineLine(error: unknown, args: readonly string[]): object | undefined {
  const [command = '', sub] = args.filter((arg) => !arg.startsWith('-'));
  const runs = command === 'run' || command === 'chat' || (command === 'session' && sub === 'resume');
  const format = /(?:^| )--output-format[ =](\S+)/.exec(args.join(' '))?.[1];
  if (runs && format === 'stream-json') return runFailed(error);
  if (runs && (format === 'json' || args.includes('--json'))) return runResult(runFailed(error));
  return args.includes('--json') ? { error: errorInfo(error) } : undefined;
}
