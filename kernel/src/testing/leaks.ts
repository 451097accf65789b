import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { type EventEmitter, getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';

/** What is open, by what it is: `TCPServerWrap`, `SIGINT listener on process`. */
type Open = ReadonlyMap<string, number>;
export interface LeakOptions {
  /** Watched beside the process, by the name a leak is told with. */
  readonly emitters?: Readonly<Record<string, EventEmitter | EventTarget>>;
  /** Names of events to count on those that are an `EventTarget`, which can not list them. Default: `abort`. */
  readonly events?: readonly string[];
  /** How long what is closing may take to be closed. Unit: ms. Default: 1,000. */
  readonly settleMs?: number;
}

/**
 * Runs something and says what it left open: timers, also those that keep no process alive, handles and listeners that
 * were not there before.
 *
 * Shape: a line for each kind, such as `1 Timeout`; empty when all is gone.
 * Throws: what `work` throws.
 */
export async function findLeaks(work: () => unknown, options: LeakOptions = {}): Promise<readonly string[]> {
  const timers = watchTimers();
  try {
    const before = open(options);
    await timers.run(work);
    const until = performance.now() + (options.settleMs ?? 1_000);
    for (;;) {
      await turn();
      const left = [...open(options)].map(([what, count]) => [what, count - (before.get(what) ?? 0)] as const);
      const more = [['Timeout', timers.left()] as const, ...left].filter(([, count]) => count > 0);
      if (more.length === 0 || performance.now() > until)
        return more.map(([what, count]) => `${count} ${what}`).toSorted();
    }
  } finally {
    timers.stop();
  }
}

/** Counts the timers made by what is run, and by nothing beside it: a test runner has timers of its own. */
function watchTimers() {
  const own = new AsyncLocalStorage<true>();
  const running = new Set<number>();
  const hook = createHook({
    init: (id, type) => void (type === 'Timeout' && own.getStore() && running.add(id)),
    destroy: (id) => void running.delete(id),
  }).enable();
  return {
    run: async (work: () => unknown) => own.run(true, async () => work()),
    left: () => running.size,
    stop: () => void hook.disable(),
  };
}

function open({ emitters = {}, events = ['abort'] }: LeakOptions): Open {
  const counts = new Map<string, number>();
  const add = (what: string, by = 1) => counts.set(what, (counts.get(what) ?? 0) + by);
  for (const resource of process.getActiveResourcesInfo()) if (!passing.includes(resource)) add(resource);
  for (const [name, emitter] of Object.entries({ process, ...emitters })) {
    const named = 'eventNames' in emitter ? emitter.eventNames() : events;
    for (const event of named)
      add(`${String(event)} listener on ${name}`, getEventListeners(emitter, event as string).length);
  }
  return counts;
}
/** Timers are counted by themselves; what runs in the next turn is no leak. */
const passing = ['Timeout', 'Immediate', 'TickObject'];
