import { errorInfo } from '@rustic-ai/kernel';
import { type HealthCheck, visible } from '@rustic-ai/kernel/contracts';

/** One thing that has to hold, and what was found. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly note: string;
  readonly fix?: string;
}
export interface Checks {
  readonly list: readonly Check[];
  /** Notes the outcome, and gives what the work gave; nothing where it threw. */
  check<T>(name: string, work: () => Promise<T> | T, note: (value: T) => string): Promise<T | undefined>;
  /** Notes what a plugin found. */
  add(found: HealthCheck): void;
  /** Notes that it could not be looked at, because of what failed before it. */
  leaveOut(name: string): undefined;
}

export function createChecks(): Checks {
  const list: Check[] = [];
  return {
    list,
    async check(name, work, note) {
      try {
        const value = await work();
        list.push({ name, ok: true, note: note(value) });
        return value;
      } catch (error) {
        const { code, message, fix } = errorInfo(error);
        list.push({ name, ok: false, note: `${code}: ${message}`, ...(fix && { fix }) });
        return undefined;
      }
    },
    add: ({ name, ok, note, fix }) => void list.push({ name, ok, note, ...(fix && { fix }) }),
    leaveOut(name) {
      list.push({ name, ok: false, note: 'not looked at, because of what failed', fix: 'Repair what stands above.' });
      return undefined;
    },
  };
}

/** `ok     lock: …`, and below what failed its fix. */
export const describeCheck = ({ ok, name, note, fix }: Check): string =>
  visible(`${ok ? 'ok    ' : 'FAILED'} ${name}: ${note}\n${fix ? `       Fix: ${fix}\n` : ''}`);
