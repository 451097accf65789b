import { errorInfo } from '@rustic-ai/kernel';
import { exitCodeOf } from '@rustic-ai/kernel/contracts';
import { CommanderError } from 'commander';
import { cliError, formatError } from './errors.js';

/** Prints what ended a command and returns the exit code it stands for. */
export function report(thrown: unknown, debug: boolean): number {
  const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
  process.stderr.write(formatError(error, debug));
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
