import { readFile } from 'node:fs/promises';
import { type Declaration, parseLockFile } from '@rustic-ai/kernel';
import { catalogueOf, standard } from '@rustic-ai/kernel/contracts';
import { settable } from '../config/keys.js';
import { allErrors } from '../errors.js';
import { modelsFile, type Offered } from '../kept-models.js';
import { openPlace, type PlaceOptions } from '../project.js';
import { keptSessions } from './sessions.js';

/** What can be looked up without a plugin's code. */
export type Sought = 'sessions' | 'models' | 'plugins' | 'agents' | 'tools' | 'baskets' | 'hooks' | 'codes' | 'keys';
/** A value, and what it is. */
export type Found = readonly [value: string, description?: string | undefined];

/** Throws: what is wrong with the folder, its lock or what is kept. */
export async function valuesIn(sought: Sought, options: PlaceOptions): Promise<readonly Found[]> {
  if (sought === 'codes') return Object.entries(allErrors).map(([code, { message }]) => [code, message]);
  if (sought === 'hooks') return catalogueOf(standard).map(({ id, summary }) => [id, summary]);
  const place = await openPlace(options);
  if (sought === 'sessions')
    return (await keptSessions(place)).map(({ id, updatedAt }) => [id, updatedAt.slice(0, 16).replace('T', ' ')]);
  // Not `place.lock()`: whether the lock still fits its inputs takes long to tell, and is nothing to a shell.
  const { digest, plugins } = place.file ? await parseLockFile(place.lockFile) : await place.lock();
  if (sought === 'plugins') return plugins.map(({ id, version }) => [id, version]);
  if (sought === 'keys') return settable(plugins.map(({ manifest }) => manifest));
  const declared = (operation: 'agent' | 'model' | 'tool') =>
    plugins.flatMap(({ manifest }) =>
      Object.entries((manifest.contributes?.[operation] ?? {}) as Readonly<Record<string, Declaration>>),
    );
  if (sought === 'agents') return named(declared('agent'));
  if (sought === 'tools') return named(declared('tool'));
  if (sought === 'baskets') return basketsOf(declared('tool').map(([, { baskets = [] }]) => baskets));
  const kept = await readFile(modelsFile(place, digest), 'utf8').then(JSON.parse, () => []);
  return named([...declared('model'), ...(kept as readonly Offered[]).map((one) => [one.model, one] as const)]);
}

type Declared = readonly (readonly [name: string, { readonly summary: string }])[];
/** Each name once, and no pattern such as `openai/*`. */
const named = (declared: Declared): readonly Found[] => [
  ...new Map(declared.filter(([name]) => !name.includes('*')).map(([name, { summary }]) => [name, summary])),
];
/** Each basket once, and those it is in. */
const basketsOf = (lists: readonly (readonly string[])[]): readonly Found[] => {
  const within = (basket: string) => basket.split('/').map((_, end, parts) => parts.slice(0, end + 1).join('/'));
  return [...new Set(lists.flat().flatMap(within))].map((basket) => [basket]);
};
