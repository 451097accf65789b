import { randomUUID } from 'node:crypto';
import { chmod, link, lstat, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workspaceError } from '@rustic-ai/kernel/contracts';

/** Makes or replaces a file in one step: others see what was there or what is new, never a part. */
export async function write(
  path: string,
  at: string,
  data: Uint8Array | AsyncIterable<Uint8Array>,
  { overwrite, permissions }: { readonly overwrite: boolean; readonly permissions?: number },
): Promise<void> {
  const old = await lstat(at).catch(() => undefined);
  if (old && !old.isFile()) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path });
  if (old && !overwrite) throw workspaceError('RUSTIC_FS_EXISTS', { path });
  const mode = permissions ?? old?.mode;
  const beside = join(dirname(at), `.${randomUUID()}.tmp`);
  try {
    await writeFile(beside, data, { flag: 'wx', flush: true });
    if (mode !== undefined) await chmod(beside, mode & 0o7777);
    await (overwrite ? rename(beside, at) : claim(beside, at));
  } catch (error) {
    await unlink(beside).catch(() => {});
    throw error;
  }
}

/** Gives a file its name, unless the name is taken. */
export async function claim(from: string, to: string): Promise<void> {
  await link(from, to);
  await unlink(from);
}
