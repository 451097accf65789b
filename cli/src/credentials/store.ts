import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cliError } from '../errors.js';
import { openKeychain } from './keychain.js';

/** What is known of a credential. */
export interface Kept {
  readonly name: string;
  /** Where its value is. */
  readonly in: 'keychain' | 'file';
  /** ISO 8601 in UTC. */
  readonly at: string;
}
interface Row {
  readonly at: string;
  /** Absent: it is in the keychain. */
  readonly value?: string;
}
type Rows = Readonly<Record<string, Row>>;

/** Everybody but the owner. */
const others = 0o077;
/** Windows has other means than modes. */
const hasModes = process.platform !== 'win32';

/** Credentials of this user: their values in the keychain where there is one, else in a file that only the user can read. */
export interface Credentials {
  readonly file: string;
  /** Order: by name. */
  list(): Promise<readonly Kept[]>;
  /** Throws: `RUSTIC_SECRET_UNKNOWN`, `RUSTIC_SECRET_EXPOSED`, `RUSTIC_SECRET_KEYCHAIN`. */
  read(name: string): Promise<string>;
  /** Takes the place of one of that name. `inFile`: also where there is a keychain. */
  add(name: string, secret: string, inFile: boolean): Promise<Kept>;
  /** False: there is none of that name. */
  remove(name: string): Promise<boolean>;
  /** The modes of the folder and the file that let others in, made narrow. Shape: the paths that were mended. */
  mend(): Promise<readonly string[]>;
}

/**
 * The credentials below a folder of data. Nothing is opened before it is needed.
 *
 * Default of `program`, whose credentials in a keychain are its own: `rustic-ai`.
 */
export function createCredentials(data: string, program = 'rustic-ai'): Credentials {
  const folder = join(data, 'credentials');
  const file = join(folder, 'credentials.json');
  const isOpen = async (path: string) =>
    hasModes &&
    (await stat(path).then(
      ({ mode }) => (mode & others) !== 0,
      () => false,
    ));
  const rows = async (): Promise<Rows> => {
    for (const path of [folder, file]) if (await isOpen(path)) throw cliError('RUSTIC_SECRET_EXPOSED', { path });
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '{}';
      throw damaged(error);
    });
    try {
      return JSON.parse(text) as Rows;
    } catch (error) {
      throw damaged(error);
    }
  };
  // What the parser says may quote the file.
  const damaged = (error: unknown) =>
    cliError('RUSTIC_SECRET_FILE', { file, reason: (error as NodeJS.ErrnoException).code ?? 'it is not JSON' });
  const keep = async (next: Rows) => {
    const draft = `${file}.${randomUUID()}`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(draft, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw cliError('RUSTIC_CONFIG_WRITE', { file, reason: (error as Error).message }, error);
    }
  };
  const inKeychain = async (name: string, secret: string): Promise<boolean> => {
    const keychain = await openKeychain(program);
    try {
      await keychain?.write(name, secret);
      return (await keychain?.read(name)) === secret;
    } catch {
      return false;
    }
  };
  const rowOf = (all: Rows, name: string) => (Object.hasOwn(all, name) ? all[name] : undefined);
  return {
    file,
    list: async () =>
      Object.entries(await rows())
        .map(([name, { at, value }]): Kept => ({ name, in: value === undefined ? 'keychain' : 'file', at }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    async read(name) {
      const row = rowOf(await rows(), name);
      if (!row) throw cliError('RUSTIC_SECRET_UNKNOWN', { name });
      if (row.value !== undefined) return row.value;
      const keychain = await openKeychain(program);
      const found = await keychain?.read(name).catch(() => undefined);
      if (found === undefined) throw cliError('RUSTIC_SECRET_KEYCHAIN', { name });
      return found;
    },
    async add(name, secret, inFile) {
      const all = await rows();
      const at = new Date().toISOString();
      const isIn = !inFile && (await inKeychain(name, secret)) ? 'keychain' : 'file';
      await keep({ ...all, [name]: { at, ...(isIn === 'file' && { value: secret }) } });
      return { name, in: isIn, at };
    },
    async remove(name) {
      const all = await rows();
      const row = rowOf(all, name);
      if (!row) return false;
      if (row.value === undefined) await (await openKeychain(program))?.remove(name).catch(() => {});
      await keep(Object.fromEntries(Object.entries(all).filter(([one]) => one !== name)));
      return true;
    },
    async mend() {
      const mended: string[] = [];
      for (const [path, mode] of [
        [folder, 0o700],
        [file, 0o600],
      ] as const)
        if (await isOpen(path)) {
          await chmod(path, mode);
          mended.push(path);
        }
      return mended;
    },
  };
}
