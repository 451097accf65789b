import { describePlugin } from '../describe.js';
import { openPlace, type PlaceOptions } from '../project.js';

export async function list(options: PlaceOptions & { json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const { plugins } = await place.lock();
  const data = plugins.map(({ id, package: name, version, linked = false, manifest, permissions }) => ({
    id,
    package: name,
    version,
    linked,
    contributes: manifest.contributes ?? {},
    permissions,
  }));
  process.stdout.write(options.json ? `${JSON.stringify(data)}\n` : plugins.map(describePlugin).join(''));
  return 0;
}
