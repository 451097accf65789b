import { alteredFile, createKernel, createTrust, errorInfo, findPackage, type Lock } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { cliError, kernelError } from '../errors.js';
import { hostOf, openPlace, type Place, type PlaceOptions } from '../project.js';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly note: string;
  readonly fix?: string;
}

type CheckOne = <T>(name: string, work: () => Promise<T> | T, note: (value: T) => string) => Promise<T | undefined>;

/** Checks everything a run depends on, goes on after a failure, and starts each plugin once. */
export async function doctor(options: PlaceOptions & { json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const checks: Check[] = [];
  const check: CheckOne = async (name, work, note) => {
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
    if (checks.every(({ ok }) => ok)) await startAll(lock, place, check);
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
  throw kernelError('RUSTIC_PLUGIN_CHANGED', { package: name, file: altered });
}

/** Starts every plugin, also after one of them failed. */
async function startAll(lock: Lock, place: Place, check: CheckOne): Promise<void> {
  const boot = () => createKernel({ contracts: standard, host: hostOf(place), lock, from: place.from });
  const kernel = await check('start', boot, () => 'the composition boots');
  if (!kernel) return;
  try {
    for (const { id } of lock.plugins) {
      const timing = () => {
        const { importMs = 0, setupMs = 0 } = kernel.explain().plugins.find(({ plugin }) => plugin === id) ?? {};
        return `import ${importMs.toFixed(1)} ms, setup ${setupMs.toFixed(1)} ms`;
      };
      await check(`start of ${id}`, () => kernel.activate(id), timing);
    }
  } finally {
    await kernel.dispose();
  }
}
