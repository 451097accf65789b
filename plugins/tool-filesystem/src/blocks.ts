import type { WorkspaceFiles } from '@rustic-ai/kernel/contracts';

const blockBytes = 1024 * 1024;

/** A file block by block: memory stays flat. Cancel: rejects with the signal's reason, between two blocks. */
export async function* blocksOf(files: WorkspaceFiles, path: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  for (let offset = 0; ;) {
    signal?.throwIfAborted();
    const block = await files.read(path, { offset, length: blockBytes });
    yield block;
    offset += block.length;
    if (block.length < blockBytes) return;
  }
}
