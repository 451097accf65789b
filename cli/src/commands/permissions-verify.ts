import { type AuditCheck, checkAudit } from '../audit-check.js';
import { withKernel } from '../booted.js';
import { cliError } from '../errors.js';
import type { PlaceOptions } from '../project.js';

/** Recomputes the whole audit log. Throws: `RUSTIC_AUDIT_ALTERED`, `RUSTIC_CAPABILITY_MISSING`. */
export const verify = (options: PlaceOptions & { json?: boolean }): Promise<number> =>
  withKernel(options, async (kernel) => {
    const check = await checkAudit(await kernel.service('audit'));
    const { flaw, entries } = check;
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: !flaw, ...check })}\n`);
    else if (flaw) throw cliError('RUSTIC_AUDIT_ALTERED', { ...flaw, entries });
    else process.stdout.write(`${describeAudit(check)}\n`);
    return flaw ? 1 : 0;
  });

/** What was found sound, in a few words. */
export function describeAudit({ entries, from, to }: AuditCheck): string {
  if (entries === 0) return 'The audit log is empty.';
  return `${entries} entries from ${from} to ${to}: each is as it was written, and follows the one before it.`;
}
