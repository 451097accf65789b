import { visibleLine } from '@rustic-ai/kernel/contracts';
import { interruptible } from '../child.js';
import { outdatedOf } from '../composing/versions.js';
import { openPlace, type PlaceOptions } from '../project.js';

/** Lists the plugins of which the registry has a later version. */
export async function outdated(options: PlaceOptions & { json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const lock = await place.lock();
  const found = await interruptible((signal) => outdatedOf(lock, place.from, signal));
  const lines = found.map(
    ({ id, version, latest, inRange }) =>
      `${id} ${version} -> ${latest}${inRange ? '' : ', beyond what package.json allows'}`,
  );
  if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else
    process.stdout.write(
      `${(lines.length > 0 ? lines : ['Every plugin is the latest.']).map(visibleLine).join('\n')}\n`,
    );
  return 0;
}
