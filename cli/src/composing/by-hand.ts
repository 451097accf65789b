import { dirname, resolve } from 'node:path';
import { stemOf } from '../config/formats.js';
import { managerOf } from './managers.js';
import { dependenciesOf } from './specs.js';
import type { ComposedPlace } from './target.js';

/** A composition that a person edits: the commands that make an edit of it hold, on one line. */
const commands = ({ personal, folder, file, from }: ComposedPlace, ...before: readonly string[]): string => {
  const isUsual = stemOf(file) === 'rustic' && dirname(file) === folder;
  const lock = personal ? 'rustic lock --global' : isUsual ? 'rustic lock' : `rustic lock --config ${file}`;
  return [...(personal ? [`cd ${from}`] : []), ...before, lock].join(' && ');
};

/** Installs of the packages those that the project does not have, as they were installed in another folder. */
export async function commandsToAdd(place: ComposedPlace, names: readonly string[], tried: string): Promise<string> {
  const [has, had] = await Promise.all([dependenciesOf(place.from), dependenciesOf(tried)]);
  const missing = [...had]
    .filter(([name]) => names.includes(name) && !has.has(name))
    .map(([name, range]) => `${name}@${range.startsWith('file:') ? resolve(tried, range.slice(5)) : range}`);
  const manager = await managerOf(place.from);
  return commands(place, ...(missing.length > 0 ? [`${manager.name} ${manager.add(missing).join(' ')}`] : []));
}

/** Uninstalls those that the project has, once nothing lists them. */
export async function commandsToRemove(place: ComposedPlace, names: readonly string[]): Promise<string> {
  const has = await dependenciesOf(place.from);
  const going = names.filter((name) => has.has(name));
  const manager = await managerOf(place.from);
  return commands(place, ...(going.length > 0 ? [`${manager.name} ${manager.remove(going).join(' ')}`] : []));
}
