/** A question waits for a pause of this length in what is being typed. Unit: ms. */
const quietMs = 700;

/** Knows whether somebody is in the middle of typing: what they type then is no answer to what has just come up. */
export interface Quiet {
  typed(): void;
  /** What was typed was sent: nobody is in the middle of anything. */
  sent(): void;
  /** Resolves after a pause. Cancel: resolves. */
  settled(signal: AbortSignal): Promise<void>;
}

export function createQuiet(): Quiet {
  let pause: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();
  const rest = () => {
    clearTimeout(pause);
    pause = undefined;
    for (const wake of waiting) wake();
  };
  return {
    typed() {
      clearTimeout(pause);
      pause = setTimeout(rest, quietMs).unref();
    },
    sent: rest,
    settled: (signal) =>
      new Promise((resolve) => {
        if (!pause || signal.aborted) return resolve();
        const wake = () => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      }),
  };
}
