import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceError } from '@rustic-ai/kernel/contracts';

/** What commands wrote, whole, in files of their own: for what the model was not given of it. */
export interface Outputs {
  open(session: string | undefined): Output;
  /** Throws: `RUSTIC_OUTPUT_UNKNOWN`. Unit: bytes. */
  read(
    session: string | undefined,
    ref: string,
    range: { readonly offset: number; readonly length: number },
  ): { readonly text: string; readonly bytes: number; readonly lost: number };
  dispose(): void;
}
export interface Output {
  add(text: string): void;
  /** Keeps it, and names it. */
  keep(): { readonly ref: string; readonly bytes: number };
  /** Lets go of what was not kept. */
  drop(): void;
}
interface Kept {
  readonly session: string | undefined;
  readonly path: string;
  readonly bytes: number;
  /** Written after the file was full. */
  readonly lost: number;
}

/** Unit: `maxBytes` for each. The oldest go when there are more than `most`. */
export function createOutputs(parts: {
  readonly folder: string;
  readonly maxBytes: number;
  readonly most: number;
}): Outputs {
  const { maxBytes, most } = parts;
  const folder = join(parts.folder, randomUUID());
  const kept = new Map<string, Kept>();
  const open = new Set<() => void>();
  const forget = (ref: string) => {
    rmSync(kept.get(ref)?.path ?? '', { force: true });
    kept.delete(ref);
  };
  return {
    open(session) {
      const ref = randomUUID().slice(0, 8);
      const path = join(folder, ref);
      let file: number | undefined;
      let bytes = 0;
      let lost = 0;
      const close = () => {
        if (file !== undefined) closeSync(file);
        file = undefined;
        open.delete(drop);
      };
      const drop = () => {
        close();
        if (!kept.has(ref)) rmSync(path, { force: true });
      };
      open.add(drop);
      return {
        add(text) {
          const data = Buffer.from(text);
          const fits = data.subarray(0, maxBytes - bytes);
          lost += data.length - fits.length;
          if (fits.length === 0) return;
          if (file === undefined) {
            mkdirSync(folder, { recursive: true, mode: 0o700 });
            file = openSync(path, 'wx', 0o600);
          }
          writeSync(file, fits);
          bytes += fits.length;
        },
        keep() {
          close();
          kept.set(ref, { session, path, bytes, lost });
          const [oldest] = kept.keys();
          if (kept.size > most && oldest !== undefined) forget(oldest);
          return { ref, bytes };
        },
        drop,
      };
    },
    read(session, ref, { offset, length }) {
      const found = kept.get(ref);
      if (!found || found.session !== session) throw workspaceError('RUSTIC_OUTPUT_UNKNOWN', { ref });
      const { path, bytes, lost } = found;
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, bytes - offset)));
      const file = openSync(path, 'r');
      try {
        const read = readSync(file, buffer, 0, buffer.length, offset);
        return { text: buffer.subarray(0, read).toString('utf8'), bytes, lost };
      } finally {
        closeSync(file);
      }
    },
    dispose() {
      for (const drop of open) drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
