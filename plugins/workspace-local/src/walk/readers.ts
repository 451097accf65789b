import type { FileContent, WantedContent } from '@rustic-ai/kernel/contracts';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createReader } from './reading.js';

/** Files in one open folder, to be read in the order of `names`. */
interface Job {
  readonly id: number;
  /** Reaches the folder, for as long as it is open in this process. */
  readonly folder: string;
  readonly names: readonly (string | undefined)[];
  readonly wanted: WantedContent;
}
/** `sizes`: of each file in `bytes`, or one of the marks. */
interface Done {
  readonly id: number;
  readonly sizes: Int32Array;
  readonly bytes: ArrayBuffer;
}
const marks = { none: -1, tooLarge: -2 };

/** Threads that read files beside this one. */
export interface Readers {
  /** undefined: all are busy enough, so that it is read sooner here. */
  read(job: Omit<Job, 'id'>): Promise<readonly FileContent[]> | undefined;
  /** Ends the threads; what they were asked for rejects. */
  dispose(): Promise<void>;
}

/** More would wait for the disk, or for the thread that takes in what they read. */
const maxThreads = 3;
/** So much lies ready for a thread that it never waits for the next. Unit: jobs. */
const ahead = 3;
const mark = 'rustic-ai reader';
const limits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 2 };

/** Starts as many as this machine has room for: none on one processor. They see neither the environment nor the terminal. */
export function createReaders(): Readers {
  const threads = Array.from({ length: Math.min(availableParallelism() - 1, maxThreads) }, startThread);
  return {
    read(job) {
      for (const thread of threads) if (thread.waiting() < ahead) return thread.read(job);
      return undefined;
    },
    async dispose() {
      await Promise.all(threads.map((thread) => thread.dispose()));
    },
  };
}

function startThread() {
  // Counted in shared memory: a message would only be seen when this thread pauses.
  const done = new Int32Array(new SharedArrayBuffer(4));
  const quiet = { stdout: true, stderr: true, env: {}, execArgv: [] };
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { mark, done },
    resourceLimits: limits,
    ...quiet,
  });
  worker.unref();
  let asked = 0;
  let ended: Error | undefined;
  const open = new Map<number, PromiseWithResolvers<readonly FileContent[]>>();
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of open.values()) reject(ended);
    open.clear();
  };
  worker.on('message', (answer: Done) => {
    open.get(answer.id)?.resolve(contentsOf(answer));
    open.delete(answer.id);
  });
  worker.on('error', end).on('exit', () => end(new Error('the thread that reads files has ended')));
  return {
    waiting: () => (ended ? Infinity : asked - Atomics.load(done, 0)),
    read(job: Omit<Job, 'id'>) {
      const answer = Promise.withResolvers<readonly FileContent[]>();
      open.set(++asked, answer);
      worker.postMessage({ ...job, id: asked } satisfies Job, []);
      return answer.promise;
    },
    dispose: () => worker.terminate(),
  };
}

function contentsOf({ sizes, bytes }: Done): readonly FileContent[] {
  let at = 0;
  return Array.from(sizes, (size): FileContent => {
    if (size === marks.none) return undefined;
    if (size === marks.tooLarge) return 'too large';
    at += size;
    return new Uint8Array(bytes, at - size, size);
  });
}

/** What one job comes to, in memory that can be handed over. */
function createWork() {
  const read = createReader();
  return ({ id, folder, names, wanted }: Job): Done => {
    const sizes = new Int32Array(names.length);
    const parts: Uint8Array[] = [];
    for (const [index, name] of names.entries()) {
      const content = name === undefined ? undefined : read(`${folder}/${name}`, wanted);
      sizes[index] = typeof content === 'object' ? content.length : content ? marks.tooLarge : marks.none;
      if (typeof content === 'object' && content.length > 0) parts.push(Buffer.from(content));
    }
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return { id, sizes, bytes: bytes.buffer };
  };
}

// The same file is what the threads run.
const given = workerData as { readonly mark?: string; readonly done: Int32Array } | null;
if (!isMainThread && given?.mark === mark) {
  const work = createWork();
  parentPort?.on('message', (job: Job) => {
    const answer = work(job);
    Atomics.add(given.done, 0, 1);
    parentPort?.postMessage(answer, [answer.bytes]);
  });
}
