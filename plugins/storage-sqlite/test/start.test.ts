import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import sqlite from '@rustic-ai/plugin-storage-sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { newFolder } from './storage.js';

const fixture = fileURLToPath(new URL('fixtures/loaded.mjs', import.meta.url));
/** Whether a process that opens the folder, appends and reads imports Kysely. */
async function importsKysely(folder: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)(process.execPath, [fixture, folder]);
  const files = JSON.parse(stdout) as string[];
  const texts = await Promise.all(files.map((url) => readFile(new URL(url), 'utf8')));
  return texts.some((text) => text.includes('SqliteQueryCompiler'));
}

it('imports Kysely to create the schema, and not when the schema is up to date', async () => {
  const folder = await newFolder();
  expect(await importsKysely(folder)).toBe(true);
  expect(await importsKysely(folder)).toBe(false);
});

it('keeps its file in the data folder of the host, and closes it with the kernel', async () => {
  const kernel = await createTestKernel({ plugins: [sqlite] });
  onTestFinished(() => kernel.dispose());
  const [store, values] = [await kernel.service('session.store'), await kernel.service('key-value')];
  await store.create({ id: 's', agent: 'main', tags: [] });
  expect(await values.set('k', 'v')).toBe(1);
  const file = join(kernel.host.folders.data, 'rustic.db');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await kernel.dispose();
  await expect(store.get('s')).rejects.toMatchObject({
    code: 'RUSTIC_STORAGE_FAILED',
    details: { file, reason: 'it is closed' },
  });
});

it('refuses options that are out of range', async () => {
  await expect(createTestKernel({ plugins: [[sqlite, { lockTimeoutMs: -1 }]] })).rejects.toMatchObject({
    code: 'RUSTIC_PLUGIN_OPTIONS',
  });
});
