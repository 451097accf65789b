import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Kernel } from '@rustic-ai/kernel';
import { readRecordFile, type Storage, type StorageRecord, visible, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import { cliError } from '../errors.js';
import { bootPlace, openPlace, type PlaceOptions } from '../project.js';

type Options = PlaceOptions & { readonly json?: boolean };
const storageOf = (kernel: Kernel): Promise<Storage> => kernel.service('storage');
const print = (options: Options, data: object, text: string): void =>
  void process.stdout.write(options.json ? `${JSON.stringify(data)}\n` : visible(text));

/** Looks for damage. Throws: `RUSTIC_STORAGE_UNSOUND`. */
export const check = (options: Options): Promise<number> =>
  withKernel(options, async (kernel) => {
    const storage = await storageOf(kernel);
    const { place } = storage;
    const flaws = await storage.check();
    if (flaws.length > 0) throw cliError('RUSTIC_STORAGE_UNSOUND', { place, flaws: flaws.slice(0, 20).join('\n') });
    print(options, { place, sound: true }, `${place} is sound.\n`);
    return 0;
  });

export const backup = (to: string, options: Options): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const storage = await storageOf(kernel);
    const file = resolve(folder, to);
    await storage.backup(file);
    print(options, { place: storage.place, backup: file }, `${storage.place} was copied to ${file}\n`);
    return 0;
  });

/** Puts in what a backend without a file of its own was backed up to. Throws: `RUSTIC_STORAGE_NOT_EMPTY`. */
export const restore = (from: string, options: Options): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const storage = await storageOf(kernel);
    const file = resolve(folder, from);
    const tally = createTally();
    await storage.import(tally.through(readRecordFile(file)));
    const { counts } = tally;
    print(options, { place: storage.place, backup: file, counts }, `${file} was put into ${storage.place}\n`);
    return 0;
  });

export const vacuum = (options: Options): Promise<number> =>
  withKernel(options, async (kernel) => {
    const storage = await storageOf(kernel);
    const { from, to } = await storage.vacuum();
    const sizes = `it had ${from} bytes, and has ${to}`;
    print(options, { place: storage.place, from, to }, `${storage.place} was tidied up: ${sizes}.\n`);
    return 0;
  });

export const migrate = (options: Options): Promise<number> =>
  withKernel(options, async (kernel) => {
    const storage = await storageOf(kernel);
    const { from, to } = await storage.migrate();
    const said = from === to ? `has schema ${to}, which is the newest` : `was brought from schema ${from} to ${to}`;
    print(options, { place: storage.place, from, to }, `${storage.place} ${said}.\n`);
    return 0;
  });

/** Boots the composition with one backend, whatever else it binds. */
async function openBackend(id: string, options: PlaceOptions): Promise<{ kernel: Kernel; storage: Storage }> {
  const kernel = await bootPlace(await openPlace(options), { ...options, bind: { storage: id } });
  try {
    return { kernel, storage: await storageOf(kernel) };
  } catch (error) {
    await kernel.dispose();
    throw error;
  }
}

/** What went by: how much of each kind, and the digest of all of it. */
function createTally() {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  return {
    counts,
    digest: () => hash.copy().digest('hex'),
    async *through(records: AsyncIterable<StorageRecord>): AsyncGenerator<StorageRecord> {
      for await (const record of records) {
        counts[record.of] = (counts[record.of] ?? 0) + 1;
        hash.update(`${JSON.stringify(record)}\n`);
        yield record;
      }
    },
  };
}

/**
 * Copies all that one backend keeps into another, empty one, reads it back and compares.
 *
 * Throws: `RUSTIC_STORAGE_NOT_EMPTY`, `RUSTIC_STORAGE_COPY`.
 */
export async function copy(options: Options & { from: string; to: string }): Promise<number> {
  const { from, to } = options;
  if (from === to)
    throw cliError('RUSTIC_USAGE', { reason: '--from and --to are the same.', hint: 'Name two storage plugins.' });
  const source = await openBackend(from, options);
  try {
    const target = await openBackend(to, options);
    try {
      const [sent, kept] = [createTally(), createTally()];
      await target.storage.import(sent.through(source.storage.export()));
      for await (const _ of kept.through(target.storage.export()));
      const [digest, found] = [sent.digest(), kept.digest()];
      if (digest !== found) throw cliError('RUSTIC_STORAGE_COPY', { from, to, digest, found });
      const { counts } = sent;
      const summary = Object.entries(counts).map(([kind, count]) => `  ${kind}  ${count}\n`);
      const head = visibleLine(
        `Copied from ${source.storage.place} to ${target.storage.place}, read back and compared:`,
      );
      print(options, { from, to, counts, digest }, `${head}\n${summary.join('')}  sha256 ${digest}\n`);
      return 0;
    } finally {
      await target.kernel.dispose();
    }
  } finally {
    await source.kernel.dispose();
  }
}
