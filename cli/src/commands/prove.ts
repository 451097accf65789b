import { type Kernel, type Lock, parseLockFile } from '@rustic-ai/kernel';
import { checkAudit } from '../audit-check.js';
import { type Checks, createChecks } from '../checks.js';
import { differingFile } from '../content.js';
import { cliError, kernelError } from '../errors.js';
import { bootPlace, hostOf, openPlace, type Place, type PlaceOptions } from '../project.js';
import { standingRules } from '../standing.js';
import { createTrust, demandTrust } from '../trust.js';
import { describeAudit } from './permissions-verify.js';
import { describeProof, type Proof } from './prove-text.js';

/**
 * Says on one screen what this composition is and may do, and whether all of it verifies.
 *
 * Throws: `RUSTIC_PROVE_FAILED` after printing, but for JSON.
 */
export async function prove(options: PlaceOptions & { json?: boolean }): Promise<number> {
  const place = await openPlace(options);
  const checks = createChecks();
  const proof = await proofOf(place, options, checks);
  const failed = proof.checks.filter(({ ok }) => !ok).length;
  process.stdout.write(options.json ? `${JSON.stringify({ ok: failed === 0, ...proof })}\n` : describeProof(proof));
  if (failed > 0 && !options.json) throw cliError('RUSTIC_PROVE_FAILED', { count: failed });
  return failed > 0 ? 1 : 0;
}

async function proofOf(place: Place, options: PlaceOptions, checks: Checks): Promise<Proof> {
  const { check, list } = checks;
  const fresh = await check(
    'lock',
    () => place.lock(),
    () => 'fresh and unaltered',
  );
  const lock = fresh ?? (await staleLock(place));
  const trusted = lock && (await check('trust', () => demandTrusted(place, lock), String));
  for (const plugin of lock?.plugins ?? [])
    await check(`content of ${plugin.id}`, () => demandContent(plugin, place), String);
  // What does not verify must not act, not even the plugin that keeps the audit log.
  const sound = list.every(({ ok }) => ok);
  const rules = sound
    ? await check(
        'rules',
        () => standingRules(place),
        ({ length }) => `${length} hold`,
      )
    : checks.leaveOut('rules');
  const kernel = rules
    ? await check(
        'start',
        () => bootPlace(place, options),
        () => 'the composition boots',
      )
    : checks.leaveOut('start');
  try {
    if (kernel) await check('audit', () => audited(kernel), String);
    else checks.leaveOut('audit');
    const grants = kernel
      ? await check(
          'grants',
          () => grantsOf(kernel),
          ({ length }) => `${length} remembered`,
        )
      : checks.leaveOut('grants');
    return {
      ...(lock && { composition: lock.digest }),
      checks: list,
      plugins: (lock?.plugins ?? []).map(({ id, package: name, version, linked = false, permissions, manifest }) => ({
        id,
        package: name,
        version,
        linked,
        isolation: manifest.isolation ?? 'in-process',
        permissions,
      })),
      grantedBy: !place.file ? 'built-in' : trusted ? 'lock' : 'nobody',
      ...(rules && { rules: rules.map(({ scope, source, rule }) => ({ scope, source, ...rule })) }),
      hooks: lock?.hooks ?? {},
      ...(grants && { grants }),
    };
  } finally {
    await kernel?.dispose();
  }
}

/** A lock that is whole, but older than what it was made from, still says what it would load. */
const staleLock = (place: Place): Promise<Lock | undefined> => parseLockFile(place.lockFile).catch(() => undefined);

async function demandTrusted(place: Place, { digest }: Lock): Promise<string> {
  if (!place.file) return 'the composition comes with this program';
  const record = await createTrust(hostOf(place).folders.state).read(place.from);
  demandTrust(place.from, record, { lock: digest, local: (await place.local())?.digest });
  return 'this folder is trusted with exactly this lock';
}

/** A linked package that differs would run all the same, and is not what the hash stands for. */
async function demandContent(plugin: Lock['plugins'][number], place: Place): Promise<string> {
  const file = await differingFile(plugin, place);
  if (file !== undefined) throw kernelError('RUSTIC_PLUGIN_CHANGED', { package: plugin.package, file });
  return `${plugin.version}, as locked${plugin.linked ? ' (linked)' : ''}`;
}

async function audited(kernel: Kernel): Promise<string> {
  const check = await checkAudit(await kernel.service('audit'));
  const { flaw, entries } = check;
  if (flaw) throw cliError('RUSTIC_AUDIT_ALTERED', { ...flaw, entries });
  return describeAudit(check);
}

/** Without a store for them, answers are forgotten with their process. */
const grantsOf = async (kernel: Kernel) => (kernel.provider('grants') ? (await kernel.service('grants')).list() : []);
