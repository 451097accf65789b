import { visibleLine } from '@rustic-ai/kernel/contracts';
import { confirm } from '../confirm.js';
import { describePlugin } from '../describe.js';
import { cliError } from '../errors.js';
import { demandInputs } from '../inputs.js';
import { describeLayer, parseLayer } from '../layers.js';
import { hostOf, openPlace, type PlaceOptions } from '../project.js';
import { createTrust } from '../trust.js';

/** Shows what the folder's lock would load, then records that exactly this may act. */
export async function trust(options: PlaceOptions & { yes?: boolean }): Promise<number> {
  const place = await openPlace(options);
  if (!place.file) throw cliError('RUSTIC_CONFIG_MISSING', { file: `${place.folder}/rustic.json` });
  const lock = await place.lock();
  const local = await place.local();
  const layer = parseLayer(local);
  process.stdout.write(`${place.from} would load:\n\n${lock.plugins.map(describePlugin).join('\n')}\n`);
  for (const { effect, action, match } of lock.rules)
    process.stdout.write(`${visibleLine(`rule: ${effect} ${action} ${match}`)}\n`);
  for (const line of layer ? describeLayer(layer) : []) process.stdout.write(`${visibleLine(line)}\n`);
  if (!options.yes && !(await confirm('Trust it?'))) throw cliError('RUSTIC_TRUST_CONSENT', { folder: place.from });
  const seen = await demandInputs(place.from, lock.inputs);
  const { state } = hostOf(place).folders;
  await createTrust(state).write(place.from, { lock: lock.digest, local: local?.digest, seen });
  process.stdout.write(`trusted: ${place.from} at composition ${lock.digest.slice(0, 12)}\n`);
  return 0;
}
