import { touchedBy, type Workspace } from '@rustic-ai/kernel/contracts';
import { basename, dirname, join, relative } from 'node:path';
import { isReading, type Planned } from './planned.js';

/** The files and folders a call touches, by every real path they have; undefined: it may touch anything. */
export type Touched = readonly string[] | undefined;

/** What a call touches, as things stand now. */
export async function touched({ part, tool }: Planned, workspace: Workspace | undefined): Promise<Touched> {
  const named = tool && workspace ? touchedBy(tool.declaration, part.input) : undefined;
  if (!named || !workspace) return undefined;
  // Some tools follow a link and some act on the link itself.
  const bothOf = async (path: string) => {
    const holder = await workspace.realpath(dirname(path));
    return [await workspace.realpath(path), join(holder, basename(path))];
  };
  try {
    return (await Promise.all(named.map(bothOf))).flat();
  } catch {
    // The tool will say what is wrong with it.
    return undefined;
  }
}

/** Whether one of two calls may see or undo what the other does. */
export function isApart(a: readonly [Planned, Touched], b: readonly [Planned, Touched]): boolean {
  if (isReading(a[0].tool) && isReading(b[0].tool)) return true;
  const [one, other] = [a[1], b[1]];
  return one !== undefined && other !== undefined && !one.some((path) => other.some((place) => meet(path, place)));
}

/** Some file systems take upper and lower case, or one letter written in two ways, for the same. */
const folded = (path: string) => path.normalize('NFKC').toLowerCase();
const isInside = (folder: string, path: string) => !/^\.\.($|[\\/])/.test(relative(folder, path));
const meet = (a: string, b: string): boolean => isInside(folded(a), folded(b)) || isInside(folded(b), folded(a));
