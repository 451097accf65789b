import { exitCodes } from '@rustic-ai/kernel/contracts';
import { cliError } from './errors.js';

/** How long a run may take to end after it was told to. Unit: ms. */
const graceMs = { interrupted: 1_000, terminated: 5_000, timeout: 5_000 };

export interface Ending {
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** What the signal demands as exit code; undefined: there was none. */
  code(): number | undefined;
  release(): void;
}

/**
 * Turns signals and a time limit into an ending: the first one cancels, a second one or too long a wait exits at once.
 *
 * Unit: `limitMs` in ms. Default: no limit.
 */
export function endBySignal(limitMs?: number): Ending {
  const controller = new AbortController();
  let received: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const on = (name: keyof typeof graceMs, reason: () => Error) => () => {
    if (received !== undefined) process.exit(received);
    const code = (received = exitCodes[name]);
    timer = setTimeout(() => process.exit(code), graceMs[name]);
    controller.abort(reason());
  };
  const interrupt = on('interrupted', () => cliError('RUSTIC_INTERRUPTED', {}));
  const terminate = on('terminated', () => cliError('RUSTIC_TERMINATED', {}));
  const late = on('timeout', () => cliError('RUSTIC_TIME_LIMIT', { limitMs: limitMs ?? 0 }));
  const limit = limitMs === undefined ? undefined : setTimeout(late, limitMs);
  const unread = () => controller.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', terminate).on('SIGHUP', terminate);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unread);
  return {
    signal: controller.signal,
    code: () => received,
    release() {
      clearTimeout(timer);
      clearTimeout(limit);
      process.off('SIGINT', interrupt).off('SIGTERM', terminate).off('SIGHUP', terminate);
      for (const stream of [process.stdout, process.stderr]) stream.off('error', unread);
    },
  };
}
