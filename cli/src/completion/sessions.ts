import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kernel } from '@rustic-ai/kernel';
import { hostOf, type Place } from '../project.js';

/** A session as a shell offers it: no title, so that nothing of a deleted session stays behind. */
export interface KeptSession {
  readonly id: string;
  readonly updatedAt: string;
}

/** So many are enough to choose from. */
const limit = 100;
const fileOf = (place: Place) =>
  join(
    hostOf(place).folders.cache,
    'sessions',
    `${createHash('sha256').update(place.folder).digest('hex').slice(0, 32)}.json`,
  );

/** Keeps the ids of this folder's sessions for the shell, which can not wait for a database. */
export async function keepSessions(kernel: Kernel, place: Place): Promise<void> {
  if (!kernel.provider('session')) return;
  const file = fileOf(place);
  const draft = `${file}.${randomUUID()}`;
  try {
    const sessions = await (await kernel.service('session')).list({ project: place.folder, limit });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const kept = sessions.map(({ id, updatedAt }): KeptSession => ({ id, updatedAt }));
    await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
    await rename(draft, file);
  } catch {
    // What can't be kept is not offered; the command has done what it was for.
  }
}

/** The ids that were kept, the last used one first. Throws: when there are none. */
export const keptSessions = async (place: Place): Promise<readonly KeptSession[]> =>
  JSON.parse(await readFile(fileOf(place), 'utf8')) as readonly KeptSession[];
