import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomName } from './digest.js';
import { kernelError } from './errors.js';

/** Which folders may act, each for exactly the lock that was looked at. Kept in the user's state folder. */
export interface Trust {
  /** Throws: `RUSTIC_TRUST_REQUIRED`. */
  demand(folder: string, lockDigest: string): Promise<void>;
  grant(folder: string, lockDigest: string): Promise<void>;
}

export function createTrust(stateFolder: string): Trust {
  const file = join(stateFolder, 'trust.json');
  const read = async (): Promise<Record<string, string>> => {
    try {
      const { folders } = JSON.parse(await readFile(file, 'utf8')) as { folders?: Record<string, string> };
      return folders ?? {};
    } catch {
      return {};
    }
  };
  return {
    async demand(folder, lockDigest) {
      const known = (await read())[folder];
      if (known === lockDigest) return;
      const since = known === undefined ? '' : ' since its lock changed';
      throw kernelError('RUSTIC_TRUST_REQUIRED', { folder, since });
    },
    async grant(folder, lockDigest) {
      const folders = { ...(await read()), [folder]: lockDigest };
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const draft = `${file}.${randomName()}`;
      await writeFile(draft, `${JSON.stringify({ folders }, null, 2)}\n`, { mode: 0o600 });
      await rename(draft, file);
    },
  };
}
