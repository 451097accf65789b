import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** What is to be read. */
export interface Source {
  readonly kind: 'html' | 'pdf';
  readonly bytes: Uint8Array;
  readonly url: string;
  readonly charset?: string;
  /** The article alone, or all of the page. */
  readonly part: 'article' | 'all';
}
export interface Page {
  readonly title?: string;
  readonly text: string;
}
type Told = { readonly page: Page } | { readonly reason: string };

/** Pages are hostile: what one may take of this machine. Unit: MB. */
const limits = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
const mark = 'rustic-ai page';

/**
 * Reads a page in a thread of its own, which sees neither the environment nor the terminal.
 *
 * Throws: an `Error` that says why it can not be read. Cancel: ends the thread, whatever it does.
 */
export async function readPage(source: Source, signal: AbortSignal): Promise<Page> {
  signal.throwIfAborted();
  const data = { mark, source };
  const quiet = { stdout: true, stderr: true, env: {}, execArgv: [] };
  const worker = new Worker(new URL(import.meta.url), { workerData: data, resourceLimits: limits, ...quiet });
  const { promise, resolve, reject } = Promise.withResolvers<Told>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  worker.on('message', resolve).on('error', reject);
  worker.on('exit', () => reject(new Error('its reader ended early')));
  try {
    const told = await promise;
    if ('reason' in told) throw new Error(told.reason);
    return told.page;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

async function read(source: Source): Promise<Page> {
  if (source.kind === 'pdf') return (await import('./pdf.js')).readPdf(source);
  return (await import('./html.js')).readHtml(source);
}

// The same file is what the thread runs.
if (!isMainThread && (workerData as { mark?: string } | null)?.mark === mark) {
  const tell = (told: Told) => parentPort?.postMessage(told, []);
  read((workerData as { source: Source }).source).then(
    (page) => tell({ page }),
    (error: unknown) => tell({ reason: (error as Error).message }),
  );
}
