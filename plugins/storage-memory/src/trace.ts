import type { HookTrace, HookTraceRow } from '@rustic-ai/kernel/contracts';
import type { State } from './state.js';

/** Rows that are state.trace. */
const most = 100_000;

/** A hook trace that lives as long as the process. */
export function createHookTrace(state: State): HookTrace {
  return {
    async append(rows) {
      const added = rows.map((row) => ({ session: row.session, turn: row.turn, json: JSON.stringify(row) }));
      for (const row of added) state.trace.push(row);
      state.trace.splice(0, state.trace.length - most);
    },
    async read({ session, turn, limit = 1_000 }) {
      const found: HookTraceRow[] = [];
      for (let index = state.trace.length - 1; index >= 0 && found.length < limit; index--) {
        const row = state.trace[index];
        if (row && (session ?? row.session) === row.session && (turn ?? row.turn) === row.turn)
          found.push(JSON.parse(row.json) as HookTraceRow);
      }
      return found.reverse();
    },
    async addTimes(times) {
      if (times.some(({ timed, totalMs }) => !Number.isFinite(timed + totalMs)))
        throw new RangeError('it is no number');
      for (const { hook, plugin, timed, totalMs } of times) {
        const key = JSON.stringify([hook, plugin]);
        const sum = state.times.get(key);
        state.times.set(key, {
          hook,
          plugin,
          timed: timed + (sum?.timed ?? 0),
          totalMs: totalMs + (sum?.totalMs ?? 0),
        });
      }
    },
    times: async () => [...state.times].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => ({ ...sum })),
  };
}
