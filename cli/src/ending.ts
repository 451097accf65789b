import { errorInfo } from '@rustic-ai/kernel';
import { exitCodeOf, exitCodes } from '@rustic-ai/kernel/contracts';
import { cliError, formatError } from './errors.js';

/** How long a run may take to end after it was told to. Unit: ms. */
const graceMs = { interrupted: 1_000, terminated: 5_000, timeout: 5_000 };

/** How long a process may go on whose run has ended as it was told to. Unit: ms. */
const lingerMs = 500;

export interface Ending {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Aborted when the process ends at once, whatever is still under way; it has ended when the event returns. */
  readonly last: AbortSignal;
  /** What the signal demands as exit code; undefined: there was none. */
  code(): number | undefined;
  /** The run is over. A process that was told to end does so now, also when something of a plugin would keep it. */
  release(): void;
}

/**
 * Turns signals, a time limit and what nobody catches into an ending: the first signal cancels, a second one, too long a
 * wait or an error outside of every call exits at once.
 *
 * Unit: `limitMs` in ms. Default: no limit.
 */
export function endBySignal({ limitMs, debug = false }: { limitMs?: number; debug?: boolean } = {}): Ending {
  const controller = new AbortController();
  const last = new AbortController();
  let received: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const exitNow = (code: number, reason: unknown) => {
    last.abort(reason);
    process.exit(code);
  };
  const on = (name: keyof typeof graceMs, reason: () => Error) => () => {
    if (received !== undefined) exitNow(received, controller.signal.reason);
    const code = (received = exitCodes[name]);
    timer = setTimeout(() => exitNow(code, controller.signal.reason), graceMs[name]);
    controller.abort(reason());
  };
  const interrupt = on('interrupted', () => cliError('RUSTIC_INTERRUPTED', {}));
  const terminate = on('terminated', () => cliError('RUSTIC_TERMINATED', {}));
  const late = on('timeout', () => cliError('RUSTIC_TIME_LIMIT', { limitMs: limitMs ?? 0 }));
  const crash = (error: unknown) => {
    process.stderr.write(formatError(error, debug));
    exitNow(exitCodeOf(errorInfo(error).code), error);
  };
  const limit = limitMs === undefined ? undefined : setTimeout(late, limitMs);
  const unread = () => controller.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', terminate);
  // Before the one that knows of no run.
  process.prependListener('uncaughtException', crash);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unread);
  return {
    signal: controller.signal,
    last: last.signal,
    code: () => received,
    release() {
      clearTimeout(timer);
      clearTimeout(limit);
      process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', terminate);
      process.off('uncaughtException', crash);
      for (const stream of [process.stdout, process.stderr]) stream.off('error', unread);
      const code = received;
      if (code !== undefined) setTimeout(() => process.exit(code), lingerMs).unref();
    },
  };
}
