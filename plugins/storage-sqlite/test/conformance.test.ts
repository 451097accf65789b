import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeAudit,
  describeGrants,
  describeHookTrace,
  describeKeyValue,
  describePrompts,
  describeRuns,
  describeSessionStore,
  describeStorage,
  describeVectors,
} from '@rustic-ai/kernel/testing';
import { describe, it } from 'vitest';
import { openStorage } from './fixtures/open.mjs';

const place = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rustic-storage-'));
  return { open: () => openStorage(folder), remove: () => rm(folder, { recursive: true }) };
};
const inFile = {
  place,
  async open() {
    const { open, remove } = await place();
    const storage = await open();
    const close = async () => {
      await storage.close();
      await remove();
    };
    return { ...storage, close };
  },
};
const inMemory = { open: () => openStorage('/nowhere', { path: ':memory:' }) };

for (const [name, subject] of Object.entries({ inFile, inMemory }))
  describe(name, () => {
    describeSessionStore(subject, { describe, it });
    describeStorage(subject, { describe, it });
    describeKeyValue(subject, { describe, it });
    describeGrants(subject, { describe, it });
    describeAudit(subject, { describe, it });
    describeHookTrace(subject, { describe, it });
    describeRuns(subject, { describe, it });
    describePrompts(subject, { describe, it });
    describeVectors(subject, { describe, it });
  });
