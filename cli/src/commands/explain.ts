import { exitCodeOf } from '@rustic-ai/kernel/contracts';
import { allErrors, cliError } from '../errors.js';
import { suggest } from '../suggest.js';

export async function explain(code: string): Promise<number> {
  const row = allErrors[code.toUpperCase()];
  if (!row)
    throw cliError('RUSTIC_EXPLAIN_UNKNOWN', { code, hint: suggest(code.toUpperCase(), Object.keys(allErrors)) });
  process.stdout.write(`${code.toUpperCase()} (${row.severity}, exit code ${exitCodeOf(code.toUpperCase())})\n`);
  process.stdout.write(`What happened: ${row.message}\nFix: ${row.fix}\n`);
  return 0;
}
