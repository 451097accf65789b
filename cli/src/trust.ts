import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cliError } from './errors.js';
import type { Seen } from './inputs.js';

/** What somebody looked at and let act in a folder: exactly this, and nothing that is there later. */
export interface Trusted {
  /** Digest of the lock. */
  readonly lock: string;
  /** Digest of the local layer. Absent: there was none. */
  readonly local?: string | undefined;
}
/** What this machine knows of a folder. */
export interface TrustRecord extends Trusted {
  /** How the inputs of the lock looked when their digests were found equal. */
  readonly seen?: Seen;
}
/** Which folders may act. Kept in the user's state folder. */
export interface Trust {
  /** Undefined: the folder is not trusted; also when the record can not be read. */
  read(folder: string): Promise<TrustRecord | undefined>;
  write(folder: string, record: TrustRecord): Promise<void>;
  /** Knows the folder no more. */
  forget(folder: string): Promise<void>;
}

const isRecord = (value: unknown): value is TrustRecord =>
  typeof value === 'object' && value !== null && typeof (value as { lock?: unknown }).lock === 'string';

export function createTrust(stateFolder: string): Trust {
  const file = join(stateFolder, 'trust.json');
  const read = async (): Promise<ReadonlyMap<string, unknown>> => {
    try {
      const { folders } = JSON.parse(await readFile(file, 'utf8')) as { folders?: object };
      return new Map(Object.entries(folders ?? {}));
    } catch {
      return new Map();
    }
  };
  const replace = async (folders: Iterable<readonly [string, unknown]>) => {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, `${JSON.stringify({ folders: Object.fromEntries(folders) }, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, file);
  };
  return {
    async read(folder) {
      const record = (await read()).get(folder);
      return isRecord(record) ? record : undefined;
    },
    write: async (folder, record) => replace([...(await read()), [folder, record]]),
    forget: async (folder) => replace([...(await read())].filter(([known]) => known !== folder)),
  };
}

/** Throws: `RUSTIC_TRUST_REQUIRED` unless exactly this was let act. */
export function demandTrust(folder: string, record: TrustRecord | undefined, now: Trusted): void {
  if (record?.lock === now.lock && (now.local === undefined || record.local === now.local)) return;
  const changed = record?.lock === now.lock ? 'local layer' : 'lock';
  throw cliError('RUSTIC_TRUST_REQUIRED', { folder, since: record ? ` since its ${changed} changed` : '' });
}
