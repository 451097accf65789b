import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lock } from '@rustic-ai/kernel';
import { composedSchema, schemaFile } from '../config/schema.js';
import { own } from '../project.js';
import type { ComposedPlace } from './target.js';
import type { Change } from './transaction.js';

/** As a `rustic.json` names it. */
export const schemaReference = `./${schemaFile}`;
export const schemaOf = ({ from }: Pick<ComposedPlace, 'from'>): string => join(from, schemaFile);

/** Writes what editors complete from for the plugins of a lock, where a project keeps it. */
export async function renewSchema(change: Change, place: ComposedPlace, { plugins }: Lock): Promise<void> {
  if (existsSync(schemaOf(place))) await writeSchema(change, place, plugins);
}

/** Begins to keep it. */
export async function writeSchema(change: Change, place: ComposedPlace, plugins: Lock['plugins'] = []): Promise<void> {
  const base = JSON.parse(await readFile(join(own, '../schemas/composition-1.json'), 'utf8')) as Parameters<
    typeof composedSchema
  >[0];
  await change.write(schemaOf(place), `${JSON.stringify(composedSchema(base, plugins), null, 2)}\n`);
}
