import { alteredFile, createKernel, createTrust, errorInfo, findPackage, type Lock } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { cliError } from '../errors.js';
import { hostOf, openPlace, type Place, type PlaceOptions } from '../project.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly note: string;
  readonly fix?: string;
}

/** Checks everything a run depends on, goes on after a failure, and starts each plugin once. */
export async function doctor(options: PlaceOptions & { json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const checks: Check[] = [];
  const check = async <T>(
    name: string,
    work: () => Promise<T> | T,
    note: (value: T) => string,
  ): Promise<T | undefined> => {
    try {
      const value = await work();
      checks.push({ name, ok: true, note: note(value) });
      return value;
    } catch (error) {
      const { code, message, fix } = errorInfo(error);
      checks.push({ name, ok: false, note: `${code}: ${message}`, ...(fix && { fix }) });
      return undefined;
    }
  };
  await check(
    'node',
    () => process.versions.node,
    (version) => version,
  );
  if (place.file)
    await check('composition', place.composition, ({ plugins }) => `${plugins.length} plugins in ${place.file}`);
  const lock = await check(
    'lock',
    () => place.lock(),
    ({ digest }) => `composition ${digest}`,
  );
  if (lock) {
    const { state } = hostOf(place).folders;
    if (place.file)
      await check(
        'trust',
        () => createTrust(state).demand(place.from, lock.digest),
        () => 'this folder is trusted',
      );
    for (const plugin of lock.plugins)
      await check(
        `content of ${plugin.id}`,
        () => contentOf(plugin, place),
        (note) => note,
      );
    if (checks.every(({ ok }) => ok))
      await check(
        'start',
        () => startAll(lock, place),
        (text) => text,
      );
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  if (options.json) process.stdout.write(`${JSON.stringify({ ok: failed === 0, checks })}\n`);
  else
    for (const { ok, name, note, fix } of checks)
      process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name}: ${note}\n${fix ? `       Fix: ${fix}\n` : ''}`);
  if (failed > 0 && !options.json) throw cliError('RUSTIC_DOCTOR_FAILED', { count: failed });
  return failed > 0 ? 1 : 0;
}

async function contentOf({ package: name, version, files, linked }: Lock['plugins'][number], place: Place) {
  const altered = await alteredFile(await findPackage(name, place.from), files);
  if (!altered) return `${version}, as locked`;
  if (linked) return `${version}, linked; ${altered} differs from the lock`;
  throw new Error(`${altered} differs from the lock`);
}

async function startAll(lock: Lock, place: Place): Promise<string> {
  const kernel = await createKernel({ contracts: standard, host: hostOf(place), lock, from: place.from });
  try {
    const failures: unknown[] = [];
    for (const { id } of lock.plugins) await kernel.activate(id).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
    return kernel.explain().text;
  } finally {
    await kernel.dispose();
  }
}
