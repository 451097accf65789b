import type { Access } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { cliError } from './errors.js';
import type { Place } from './project.js';
import { judging } from './standing.js';
import { suggest } from './suggest.js';

/**
 * Whether the lock grants a plugin an access at all. The host needs no grant, and neither do calls of operations.
 *
 * Throws: `RUSTIC_USAGE` for a plugin that is not in the lock.
 */
export async function grantedAtMost(plugin: string, { action, resource }: Access, place: Place): Promise<boolean> {
  if (plugin === 'host') return true;
  const { plugins } = await place.lock();
  const ids = plugins.map(({ id }) => id);
  const { permissions } = plugins.find(({ id }) => id === plugin) ?? {};
  if (!permissions)
    throw cliError('RUSTIC_USAGE', {
      reason: `There is no plugin "${plugin}" in this composition.`,
      hint: suggest(plugin, ids),
    });
  if (standard.operations.some(({ id }) => id.split('.')[0] === action)) return true;
  const granted = permissions.filter((one) => one.action === action);
  if (!action.startsWith('fs.') && granted.some(({ match }) => match === '**')) return true;
  const kernel = await judging(
    place,
    granted.map(({ match }) => ({ effect: 'allow', action, match })),
  );
  const { effect, rule } = await kernel.judge({ action, resource });
  await kernel.dispose();
  // Over a protected file the built-in rule stands, granted or not: that is asked about each time at least.
  return rule !== undefined && (effect === 'allow' || rule.scope === 'builtin');
}
