import { resolve } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { openTable } from './table.js';
import { createValues } from './values.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  async setup({ deps: { host }, config: { file }, own }) {
    const database = await openTable(resolve(host.folders.data, file));
    own(() => database.close());
    // Every plugin that asks gets values of its own, and is the one who asked.
    return { service: { 'key-value': (plugin) => createValues(database, plugin) } };
  },
});
