import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNamed } from '../config/formats.js';
import { schemaFile } from '../config/schema.js';
import { openPlace, personalPlace, type Place, type PlaceOptions } from '../project.js';

/** A place with a composition of its own, or where one can be made. */
export type ComposedPlace = Place & { readonly file: string };

/** Default of `global`: the composition of the folder, not the user's own. Throws: `RUSTIC_USAGE` when there is no such folder. */
export async function composedPlace(
  options: Pick<PlaceOptions, 'cwd' | 'config' | 'built'> & { readonly global?: boolean },
): Promise<ComposedPlace> {
  const { cwd = '.', built } = options;
  if (options.global || built) {
    const { folder } = await openPlace({ cwd });
    const personal = personalPlace(folder, built);
    // Package managers work in it.
    await mkdir(personal.from, { recursive: true, mode: 0o700 });
    return personal;
  }
  const place = await openPlace({ cwd, config: options.config ?? fileNamed(cwd, 'rustic') });
  return { ...place, file: place.file ?? join(place.folder, 'rustic.json') };
}

/** What a change of its composition may write, beside what package managers do. */
export const filesOf = ({ file, lockFile, from }: ComposedPlace): readonly string[] => [
  file,
  lockFile,
  join(from, schemaFile),
];
