import { errorInfo, isRusticError, type Kernel, RusticError } from '@rustic-ai/kernel';
import { suggest } from './suggest.js';

const covers = (pattern: string, name: string) => pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1));

/**
 * Refuses a name on the command line that is nearly one of the composition's; every other one is left to the run. Asks
 * no vendor: what one offers is known only to it.
 *
 * Throws: `RUSTIC_CAPABILITY_NOT_FOUND`, with the name that was meant.
 */
export function demandNames(kernel: Kernel, names: Readonly<Record<'model' | 'agent', string | undefined>>): void {
  for (const [operation, name] of Object.entries(names) as ['model' | 'agent', string | undefined][])
    if (name !== undefined) demandName(kernel, operation, name);
}

function demandName(kernel: Kernel, operation: 'model' | 'agent', name: string): void {
  try {
    kernel.use(operation).get(name);
  } catch (error) {
    if (!isRusticError(error) || error.code !== 'RUSTIC_CAPABILITY_NOT_FOUND') throw error;
    const known = String(error.details['known']).split(', ');
    const near = suggest(name, known);
    if (known.some((one) => covers(one, name)) || !near.startsWith('Did')) return;
    throw new RusticError({ ...errorInfo(error), fix: near }, error);
  }
}
