import type { FileContent, VisitedFolder } from '@rustic-ai/kernel/contracts';
import type { Readers } from './readers.js';

/** From so many files on it pays to start threads that read beside this one. */
const manyFiles = 4_000;

/** Reads the files of a walk, here and in other threads. */
export interface Contents {
  /** Valid until the next one is read. */
  one(at: string, maxBytes: number): FileContent;
  /** `folder` reaches it, and is open until the answer is there. */
  all(folder: string, ...asked: Parameters<VisitedFolder['readAll']>): ReturnType<VisitedFolder['readAll']>;
  /** Ends the threads. */
  dispose(): Promise<void>;
}

export async function createContents(): Promise<Contents> {
  // Apart from what every start loads.
  const [{ createReader }, { createReaders }] = await Promise.all([import('./reading.js'), import('./readers.js')]);
  const read = createReader();
  let readers: Readers | undefined;
  let isOver = false;
  let files = 0;
  return {
    one: (at, maxBytes) => read(at, { maxBytes }),
    all(folder, entries, wanted) {
      const names = entries.map(({ name, type }) => (type === 'file' ? name : undefined));
      const here = () =>
        names.map((name) => {
          const content = name === undefined ? undefined : read(`${folder}/${name}`, wanted);
          return typeof content === 'object' ? Uint8Array.from(content) : content;
        });
      files += entries.length;
      if (files > manyFiles) readers ??= createReaders();
      const elsewhere = readers?.read({ folder, names, wanted });
      if (!elsewhere) return here();
      return elsewhere.catch((error: unknown) => {
        // The folder is open as long as the walk; a thread that could not start, or failed, is no failure of the files.
        if (isOver) throw error;
        return here();
      });
    },
    async dispose() {
      isOver = true;
      await readers?.dispose();
    },
  };
}
