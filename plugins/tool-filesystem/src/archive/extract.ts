import { isRusticError } from '@rustic-ai/kernel';
import { type Call, workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import type { Parts, Tools } from '../parts.js';
import { printable } from '../text.js';
import { entriesOf } from './entries.js';
import { archiveError } from './entry.js';

/** One entry that is unpacked, and where to. */
interface Target {
  readonly name: string;
  readonly type: 'file' | 'directory';
  /** Below the folder that was named. */
  readonly path: string;
}

export const archiveExtract = (parts: Parts): Tools['fs_archive_extract'] => ({
  async access({ path, to }, call) {
    const archive = { path, actions: ['fs.read'] } as const;
    // What may not be read is not looked into, not even for the names of what is in it.
    if (!(await parts.mayShow(path, call))) return parts.pins.access([archive], call);
    const targets = await targetsOf(parts, { path, to, call });
    parts.pins.seen(call, path, sayTargets(targets));
    const writes = targets.map((target) => ({ path: target.path, actions: ['fs.write'] as const }));
    return parts.pins.access([archive, { path: to, actions: ['fs.write'] }, ...writes], call);
  },
  async run({ path, to, overwrite = false }, call) {
    const { roots, pins, history } = parts;
    await pins.check(call);
    const targets = await targetsOf(parts, { path, to, call });
    pins.checkSeen(call, path, sayTargets(targets));
    const files = await roots.filesOf(to);
    if (!overwrite) await refuseExisting(files, targets);
    const reals = await Promise.all([to, ...targets.map((target) => target.path)].map((one) => roots.real(one)));
    const make = () => unpack({ parts, path, to, targets, files, overwrite, call });
    const left = await history.around(call, { paths: reals, make });
    const count = targets.filter(({ type }) => type === 'file').length;
    const rest = left > 0 ? ` Left out, for they are links or special: ${left}.` : '';
    const text = `Unpacked ${count === 1 ? 'one file' : `${count} files`} into ${printable(to)}.${rest}`;
    return { parts: [{ type: 'text', text }], data: { files: count, left } };
  },
});

const sayTargets = (targets: readonly Target[]) => targets.map(({ path }) => path).join('\0');

/** Throws: `RUSTIC_FS_ARCHIVE` when any name leads out of the folder, or two are the same. */
async function targetsOf(
  { roots }: Parts,
  { path, to, call }: { path: string; to: string; call: Call },
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  const seen = new Set<string>();
  for await (const { name, type } of entriesOf({ files: await roots.filesOf(path), path, signal: call.signal })) {
    if (type !== 'file' && type !== 'directory') continue;
    const below = safeName(name);
    if (below === undefined) throw archiveError(path, `the name ${printable(name)} in it leads out of the folder`);
    if (below === '') continue;
    // Some file systems take these for one.
    const folded = below.normalize('NFC').toLowerCase();
    if (type === 'file' && seen.has(folded)) throw archiveError(path, `it has ${printable(name)} twice`);
    seen.add(folded);
    targets.push({ name, type, path: `${to.replace(/\/+$/, '')}/${below}` });
  }
  return targets;
}

/** The names below a folder; undefined: it is not below. */
function safeName(name: string): string | undefined {
  if (name.startsWith('/') || /[\\\0]/.test(name) || /^[a-z]:/i.test(name)) return undefined;
  const names = name.split('/').filter((part) => part !== '' && part !== '.');
  return names.includes('..') ? undefined : names.join('/');
}

async function refuseExisting(files: WorkspaceFiles, targets: readonly Target[]): Promise<void> {
  for (const { path, type } of targets)
    if (type === 'file' && (await exists(files, path))) throw workspaceError('RUSTIC_FS_EXISTS', { path });
}
const exists = (files: WorkspaceFiles, path: string): Promise<boolean> =>
  files.info(path).then(
    () => true,
    (error: unknown) => {
      if (isRusticError(error) && /_(MISSING|NOT_A_DIRECTORY)$/.test(error.code)) return false;
      throw error;
    },
  );

/** Returns how many entries were left out. What was made goes again when it fails. */
async function unpack(work: {
  readonly parts: Parts;
  readonly path: string;
  readonly to: string;
  readonly targets: readonly Target[];
  readonly files: WorkspaceFiles;
  readonly overwrite: boolean;
  readonly call: Call;
}): Promise<number> {
  const { parts, path, targets, files, overwrite, call } = work;
  const places = new Map(targets.map((target) => [target.name, target]));
  const made: string[] = [];
  let left = 0;
  try {
    const archive = { files: await parts.roots.filesOf(path), path, signal: call.signal };
    for await (const { name, type, permissions, content } of entriesOf(archive)) {
      call.signal.throwIfAborted();
      const target = places.get(name);
      if (type !== 'file' && type !== 'directory') left++;
      else if (!target) {
        // The archive's own root is none of its files.
        if (safeName(name) !== '') throw workspaceError('RUSTIC_FS_CHANGED', { path });
      } else if (type === 'directory') await files.makeDirectory(target.path);
      else {
        if (!(await exists(files, target.path))) made.push(target.path);
        // Nobody but the owner may write to it, whatever the archive says.
        const mode = permissions === undefined ? {} : { permissions: (permissions & 0o755) | 0o600 };
        await files.write(target.path, content(), { overwrite, atomic: true, ...mode });
        call.report({ done: made.length, total: targets.length, unit: 'entries' });
      }
    }
    return left;
  } catch (error) {
    for (const one of made.toReversed()) await files.remove(one, { recursive: false }).catch(() => {});
    throw error;
  }
}
