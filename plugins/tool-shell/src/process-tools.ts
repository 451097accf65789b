import type { ToolResult } from '@rustic-ai/kernel/contracts';
import type { Background } from './processes.js';

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
/** `p1 runs for 3.0 s (pid 7): npm start` */
export function describe({ id, line, started, end, startedMs, terminal }: Background, nowMs: number): string {
  const how = end?.signalName ?? (end && `exit code ${end.exitCode}`);
  const state = end
    ? `ended with ${how} after ${seconds(end.endedMs - startedMs)}`
    : `runs for ${seconds(nowMs - startedMs)} (pid ${started.pid}${terminal ? ', in a terminal' : ''})`;
  return `${id} ${state}: ${line}`;
}
export const dataOf = ({ id, line, started: { pid }, end, terminal, log }: Background) => ({
  id,
  line,
  pid,
  running: !end,
  terminal,
  ...(end && { exitCode: end.exitCode, ...(end.signalName !== undefined && { signalName: end.signalName }) }),
  written: log.end,
});
export const said = (text: string, data?: ToolResult['data']): ToolResult => ({
  parts: [{ type: 'text', text }],
  ...(data !== undefined && { data }),
});

/** What it wrote from a place on, and where to go on reading. */
export function logOf(one: Background, from: number, maxChars: number, nowMs: number): ToolResult {
  const { text, lost, next } = one.log.read(from, maxChars);
  const left = lost > 0 ? `[… ${lost} characters before this are no longer kept …]\n` : '';
  const more = one.log.end > next ? `; ${one.log.end - next} more from ${next} on` : `; go on from ${next}`;
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return said(`${left}${body}[${describe(one, nowMs)}${more}]`, { ...dataOf(one), next, lost });
}

/** Resolves when the process has ended, wrote something after `from`, or the time is over. Cancel: as soon as aborted. */
export async function settled(one: Background, from: number, waitMs: number, signal: AbortSignal): Promise<void> {
  const isSettled = () => one.end !== undefined || one.log.end > from || signal.aborted;
  if (isSettled() || waitMs <= 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => isSettled() && resolve();
  const timer = setTimeout(resolve, waitMs);
  const stopListening = one.log.onChange(look);
  signal.addEventListener('abort', look);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    stopListening();
    signal.removeEventListener('abort', look);
  }
}
