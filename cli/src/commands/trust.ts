import { createTrust } from '@rustic-ai/kernel';
import { visibleLine } from '@rustic-ai/kernel/contracts';
import { confirm } from '../confirm.js';
import { describePlugin } from '../describe.js';
import { cliError } from '../errors.js';
import { hostOf, openPlace, type PlaceOptions } from '../project.js';

/** Shows what the folder's lock would load, then records that exactly this may act. */
export async function trust(options: PlaceOptions & { yes?: boolean }): Promise<number> {
  const place = await openPlace(options);
  if (!place.file) throw cliError('RUSTIC_CONFIG_MISSING', { file: `${place.folder}/rustic.json` });
  const lock = await place.lock();
  process.stdout.write(`${place.from} would load:\n\n${lock.plugins.map(describePlugin).join('\n')}\n`);
  for (const { effect, action, match } of lock.rules)
    process.stdout.write(`${visibleLine(`rule: ${effect} ${action} ${match}`)}\n`);
  if (!options.yes && !(await confirm('Trust it?'))) throw cliError('RUSTIC_TRUST_CONSENT', { folder: place.from });
  await createTrust(hostOf(place).folders.state).grant(place.from, lock.digest);
  process.stdout.write(`trusted: ${place.from} at composition ${lock.digest.slice(0, 12)}\n`);
  return 0;
}
