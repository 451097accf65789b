import { isRusticError } from '@rustic-ai/kernel';

/** What another member would fail with as well, or what nobody may go round. */
const final = [
  'RUSTIC_MODEL_INVALID_REQUEST',
  'RUSTIC_MODEL_CONTENT_FILTERED',
  'RUSTIC_OPERATION_ABORTED',
  'RUSTIC_OPERATION_INPUT',
  'RUSTIC_OPERATION_TIMEOUT',
  'RUSTIC_CALL_INVALID',
  'RUSTIC_KERNEL_DISPOSED',
];
/** What a gate or a rule decided. */
const decided = ['RUSTIC_PERMISSION_', 'RUSTIC_GATE_', 'RUSTIC_AUDIT_'];

const codeOf = (error: unknown): string | undefined => (isRusticError(error) ? error.code : undefined);

/** Whether another member may be asked after this. */
export function maySwitch(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return true;
  return !final.includes(code) && !decided.some((prefix) => code.startsWith(prefix));
}

/** Whether this may pass by itself. What has no code is a failure of the member, and its author never named it. */
export const mayPass = (error: unknown, codes: ReadonlySet<string>): boolean =>
  codes.has(codeOf(error) ?? 'RUSTIC_OPERATION_FAILED');

/** How long a vendor wants to be left alone. Unit: ms. */
export function wishOf(error: unknown): number | undefined {
  const wish = isRusticError(error) ? error.details['retryAfterMs'] : undefined;
  return typeof wish === 'number' && Number.isFinite(wish) && wish >= 0 ? wish : undefined;
}
