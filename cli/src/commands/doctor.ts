import { createKernel, type Lock, type LockedPlugin } from '@rustic-ai/kernel';
import { standard, visibleLine } from '@rustic-ai/kernel/contracts';
import { type Checks, createChecks, describeCheck } from '../checks.js';
import { checkProviders } from '../providers.js';
import { differingFile } from '../content.js';
import { cliError, kernelError } from '../errors.js';
import { demandClosed, mend } from '../mending.js';
import { demandPeer, kernelVersion } from '../peers.js';
import { hostOf, openPlace, own, type Place, type PlaceOptions, readyPlace } from '../project.js';
import { createTrust, demandTrust } from '../trust.js';

/** Checks everything a run depends on, goes on after a failure, and starts each plugin once. */
export async function doctor(
  options: PlaceOptions & { json?: boolean; online?: boolean; fix?: boolean },
): Promise<number> {
  const place = await openPlace(options);
  const mended = options.fix ? await mend(place) : [];
  const noted = createChecks();
  const { list: checks, check } = noted;
  await check(
    'node',
    () => process.versions.node,
    (version) => version,
  );
  await check('folders', () => demandClosed(place), String);
  if (place.file)
    await check('composition', place.composition, ({ plugins }) => `${plugins.length} plugins in ${place.file}`);
  const lock = await check(
    'lock',
    () => place.lock(),
    ({ digest }) => `composition ${digest}`,
  );
  if (lock) {
    if (place.file) await check('trust', () => trusted(place, lock), String);
    // A product was built from plugins that fitted its kernel, and no other kernel comes near them.
    const version = place.built ? undefined : await check('kernel', () => kernelVersion(own), String);
    for (const plugin of lock.plugins) {
      await check(`content of ${plugin.id}`, () => contentOf(plugin, place), String);
      if (version) await check(`kernel of ${plugin.id}`, () => demandPeer(plugin, place.from, version), String);
    }
    if (checks.every(({ ok }) => ok)) await startAll(place, noted, options.online ?? false);
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ ok: failed === 0, ...(options.fix && { mended }), ...(lock && { composition: lock.digest }), checks })}\n`,
    );
  else
    process.stdout.write(
      [...mended.map((line) => `mended ${visibleLine(line)}\n`), ...checks.map(describeCheck)].join(''),
    );
  if (failed > 0 && !options.json) throw cliError('RUSTIC_DOCTOR_FAILED', { count: failed });
  return failed > 0 ? 1 : 0;
}

async function trusted(place: Place, { digest }: Lock): Promise<string> {
  const record = await createTrust(hostOf(place).folders.state).read(place.from);
  demandTrust(place.from, record, { lock: digest, local: (await place.local())?.digest });
  return 'this folder is trusted';
}

async function contentOf(plugin: LockedPlugin, place: Place) {
  const { package: name, version, linked } = plugin;
  const altered = await differingFile(plugin, place);
  if (!altered) return `${version}, as locked`;
  if (linked && !place.built) return `${version}, linked; ${altered} differs from the lock`;
  throw kernelError('RUSTIC_PLUGIN_CHANGED', { package: name, file: altered });
}

/** Starts every plugin, also after one of them failed. */
async function startAll(place: Place, { check, add }: Checks, online: boolean): Promise<void> {
  const host = hostOf(place);
  const ready = await check('layers', () => readyPlace(place, host), describe);
  if (!ready) return;
  const { lock, rules } = ready;
  const boot = () => createKernel({ contracts: standard, host, lock, from: place.from, rules });
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
    for (const found of await kernel.hooks.collect('health.check', { online })) add(found);
    await checkProviders({ kernel, lock, check, online });
  } finally {
    await kernel.dispose();
  }
}

const describe = ({ layers }: Awaited<ReturnType<typeof readyPlace>>) => layers.join(', ') || 'none';
