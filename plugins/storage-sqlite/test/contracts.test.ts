import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeKeyValue, describeSessionStore } from '@rustic-ai/kernel/testing';
import { describe, it } from 'vitest';
import { openStorage } from './fixtures/open.mjs';

const inFile = {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'rustic-storage-'));
    const storage = await openStorage(folder);
    const close = async () => {
      await storage.close();
      await rm(folder, { recursive: true });
    };
    return { ...storage, close };
  },
};
const inMemory = { open: () => openStorage('/nowhere', { path: ':memory:' }) };

for (const [name, subject] of Object.entries({ inFile, inMemory }))
  describe(name, () => {
    describeSessionStore(subject, { describe, it });
    describeKeyValue(subject, { describe, it });
  });
