import type { ErrorInfo } from '@rustic-ai/kernel/contracts';

const timeouts = ['RUSTIC_OPERATION_TIMEOUT', 'RUSTIC_TOOL_TIMEOUT'];

/**
 * What the model reads of a call that gave no result. It has to tell three things apart: what was forbidden, which no
 * other way round may bring about; what took too long, which may have had an effect; and what failed.
 */
export function told({ code, message, fix = '' }: ErrorInfo): string {
  if (code.startsWith('RUSTIC_PERMISSION_') || code.startsWith('RUSTIC_GATE_'))
    return `${code}: Denied by policy, not by the tool. ${message} Do not reach the same by other means: go on without it, or say what you need and why.`;
  if (timeouts.includes(code))
    return `${code}: Timed out. ${message} It may have taken effect; look before doing it again. ${fix}`.trim();
  return `${code}: Failed. ${message} ${fix}`.trim();
}
