import { lstat, watch as watching } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEvent } from '@rustic-ai/kernel/contracts';
import { coded } from './errors.js';
import type { Places } from './places.js';

/** What happens in a folder and below, or to one file. */
export async function* watch(places: Places, path: string, signal: AbortSignal): AsyncGenerator<FileEvent> {
  const at = await places.inside(path);
  const isFolder = (await coded(path, () => lstat(at))).isDirectory();
  const events = watching(at, { recursive: isFolder, signal })[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await coded(path, async () => {
      try {
        return await events.next();
      } catch (error) {
        if (signal.aborted) return { value: undefined, done: true as const };
        throw error;
      }
    });
    if (done) return;
    const below = isFolder ? (value.filename ?? '') : '';
    const there = await lstat(join(at, below)).catch(() => undefined);
    yield { path: below, type: value.eventType === 'change' ? 'changed' : there ? 'made' : 'removed' };
  }
}
