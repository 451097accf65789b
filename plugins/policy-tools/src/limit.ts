import { agentError } from '@rustic-ai/kernel/contracts';

/** Settles as the work does, or throws `RUSTIC_TOOL_TIMEOUT`; the kernel cancels a call that failed. Unit: ms. */
export async function within<T>(name: string, limitMs: number | undefined, work: () => Promise<T>): Promise<T> {
  if (limitMs === undefined) return work();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(agentError('RUSTIC_TOOL_TIMEOUT', { name, limitMs })), limitMs);
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
