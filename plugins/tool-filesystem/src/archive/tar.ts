import { ReadableStream } from 'node:stream/web';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import type { Packed } from './packed.js';
import type { ArchiveEntry, Limit } from './entry.js';

const types: Readonly<Record<string, ArchiveEntry['type']>> = {
  file: 'file',
  directory: 'directory',
  symlink: 'link',
  link: 'link',
};

/** `packed`: with gzip. What is left unread of an entry is skipped. */
export async function* readTar(
  content: AsyncIterable<Uint8Array>,
  { packed, limit }: { packed: boolean; limit: Limit },
): AsyncIterable<ArchiveEntry> {
  const { createTarDecoder } = await import('modern-tar');
  // Padding and what is skipped counts as well: all of it is unpacked.
  const plain = limit(packed ? Readable.from(content).pipe(createGunzip()) : content);
  const decoder = createTarDecoder({ strict: true });
  const entries = ReadableStream.from(plain).pipeThrough(decoder as never) as ReadableStream<{
    readonly header: { readonly name: string; readonly size: number; readonly mode?: number; readonly type?: string };
    readonly body: ReadableStream<Uint8Array>;
  }>;
  for await (const { header, body } of entries) {
    let opened = false;
    yield {
      name: header.name,
      type: types[header.type ?? 'file'] ?? 'other',
      bytes: header.size,
      ...(header.mode !== undefined && { permissions: header.mode & 0o777 }),
      content() {
        opened = true;
        return body;
      },
    };
    if (!opened) await body.cancel();
  }
}

export async function* writeTar(entries: AsyncIterable<Packed>, packed: boolean): AsyncIterable<Uint8Array> {
  const { createTarPacker } = await import('modern-tar');
  const { readable, controller } = createTarPacker();
  const adding = (async () => {
    for await (const { name, bytes, permissions, modifiedMs, content } of entries) {
      const type = content ? ('file' as const) : ('directory' as const);
      const mtime = new Date(modifiedMs);
      const writer = controller
        .add({ name: content ? name : `${name}/`, size: bytes, mode: permissions, mtime, type })
        .getWriter();
      for await (const block of content?.() ?? []) await writer.write(block);
      await writer.close();
    }
    controller.finalize();
  })();
  adding.catch((error: unknown) => controller.error(error));
  const out = Readable.fromWeb(readable as ReadableStream);
  if (!packed) yield* out;
  else {
    const gzip = createGzip();
    out.on('error', (error) => gzip.destroy(error));
    yield* out.pipe(gzip);
  }
}
