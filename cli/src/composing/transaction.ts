import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cliError } from '../errors.js';
import { replaceFile } from '../replace-file.js';
import { managedFiles, managerOf } from './managers.js';
import type { PackageJson } from './package-json.js';
import { runManager } from './process.js';
import { dependenciesIn, dependenciesOf } from './specs.js';

/** A change of a composition under way. Whatever it does to the disk goes through here, and ends with its signal. */
export interface Change {
  /** Aborted by SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Does one thing that touches the disk. Throws: the reason of the signal, once it was aborted. */
  step<T>(work: () => Promise<T>): Promise<T>;
  /** Puts a whole text in the place of a file, in a folder that is made if need be. Throws: `RUSTIC_CONFIG_WRITE`. */
  write(file: string, text: string): Promise<void>;
  install(specs: readonly string[]): Promise<void>;
  uninstall(names: readonly string[]): Promise<void>;
}

/** How long a process may go on that was told to end and has put everything back. Unit: ms. */
const lingerMs = 1_000;
/** How long a package manager has to put `node_modules` back. Unit: ms. */
const restoreMs = 120_000;

/**
 * Does a change of a composition as a whole or not at all: when the work fails or is interrupted, `package.json`, the
 * lock files of every package manager, and `files`, are what they were, byte by byte; `node_modules` is what the
 * project's package manager makes of them.
 *
 * Throws: what the work throws, `RUSTIC_INTERRUPTED_CHANGE`, `RUSTIC_TERMINATED_CHANGE`.
 */
export async function transact<T>(
  folder: string,
  files: readonly string[],
  work: (change: Change) => Promise<T>,
): Promise<T> {
  const before = await remember([...new Set([...managedFiles(folder), ...files])]);
  const modules = join(folder, 'node_modules');
  const hadModules = existsSync(modules);
  const manager = await managerOf(folder);
  const stop = stopBySignal();
  const pending = new Set<Promise<unknown>>();
  /** Those made for a file. */
  const folders: string[] = [];
  let installed = false;
  const step: Change['step'] = (task) => {
    stop.signal.throwIfAborted();
    const running = task().finally(() => pending.delete(running));
    pending.add(running);
    return running;
  };
  const run = (args: readonly string[], of: readonly string[]) =>
    step(async () => {
      process.stderr.write(`${manager.name}: ${args[0]} ${of.join(' ')}\n`);
      installed = true;
      await runManager({ command: manager.name, args, folder, signal: stop.signal });
    });
  const change: Change = {
    signal: stop.signal,
    step,
    write: (file, text) =>
      step(async () => {
        try {
          const made = await mkdir(dirname(file), { recursive: true });
          if (made) folders.push(made);
          await replaceFile(file, text);
        } catch (error) {
          throw cliError('RUSTIC_CONFIG_WRITE', { file, reason: (error as Error).message }, error);
        }
      }),
    install: (specs) => run(manager.add(specs), specs),
    uninstall: (names) => run(manager.remove(names), names),
  };
  try {
    return await Promise.race([work(change), stop.stopped]);
  } catch (error) {
    stop.end();
    await Promise.allSettled(pending);
    const come = installed && hadModules ? await newcomers(folder, before.get(join(folder, 'package.json'))) : [];
    const lost = [...(await putBack(before))];
    for (const made of folders) await rm(made, { recursive: true, force: true });
    if (installed && !hadModules) await rm(modules, { recursive: true, force: true });
    else if (installed && before.get(join(folder, 'package.json'))) lost.push(...(await restore()));
    // Not every package manager takes away what nothing names any more.
    for (const name of come) await rm(join(modules, name), { recursive: true, force: true });
    process.stderr.write(
      lost.length === 0
        ? 'Nothing was changed: every file of the composition is as it was.\n'
        : `Not as it was, because it can not be written: ${[...new Set(lost)].join(', ')}\n`,
    );
    throw error;
  } finally {
    stop.release();
  }

  async function restore() {
    const args = manager.restore();
    const signal = AbortSignal.timeout(restoreMs);
    await runManager({ command: manager.name, args, folder, signal }).catch(() => {
      process.stderr.write(`node_modules may differ from the lock file; run: ${manager.name} install\n`);
    });
    // It may have written a lock file, or another form of one.
    return putBack(before);
  }
}

/** What a project depends on that it did not before. */
async function newcomers(folder: string, before: Buffer | undefined): Promise<readonly string[]> {
  try {
    const known = dependenciesIn(JSON.parse(before?.toString() ?? '{}') as PackageJson);
    return [...(await dependenciesOf(folder)).keys()].filter((name) => !known.has(name));
  } catch {
    return [];
  }
}

type Remembered = ReadonlyMap<string, Buffer | undefined>;
async function remember(files: readonly string[]): Promise<Remembered> {
  const bytes = async (file: string) => [file, await readFile(file).catch(() => undefined)] as const;
  return new Map(await Promise.all(files.map(bytes)));
}
/** Whatever stands in the way of one file, the others are put back. Returns those that could not be. */
async function putBack(before: Remembered): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const [file, bytes] of before)
    try {
      const now = await readFile(file).catch(() => undefined);
      if (bytes && !now?.equals(bytes)) await writeFile(file, bytes);
      if (!bytes && now) await rm(file, { force: true });
    } catch {
      lost.push(file);
    }
  return lost;
}

/** The first signal aborts; once everything was put back, nothing keeps the process for long. */
function stopBySignal() {
  const controller = new AbortController();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  stopped.catch(() => {});
  const on = (code: number, reason: () => Error) => () => {
    if (controller.signal.aborted) return;
    controller.abort(reason());
    reject(controller.signal.reason as Error);
    exitCode = code;
  };
  let exitCode: number | undefined;
  const interrupt = on(130, () => cliError('RUSTIC_INTERRUPTED_CHANGE', {}));
  const terminate = on(143, () => cliError('RUSTIC_TERMINATED_CHANGE', {}));
  process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', terminate);
  return {
    signal: controller.signal,
    stopped,
    /** What is still under way has to end, whatever failed. */
    end: () => controller.abort(cliError('RUSTIC_INTERRUPTED_CHANGE', {})),
    release() {
      process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', terminate);
      const code = exitCode;
      if (code !== undefined) setTimeout(() => process.exit(code), lingerMs).unref();
    },
  };
}
