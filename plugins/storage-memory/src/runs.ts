import {
  createHolds,
  demandText,
  rowOfRun,
  type Run,
  runHeld,
  runInfoOfRow,
  runOfRow,
  type Runs,
  storageError,
} from '@rustic-ai/kernel/contracts';
import type { State } from './state.js';

const fits = (wanted: string | undefined, found: string | null) => wanted === undefined || wanted === found;

/** Runs that live as long as the process. Unit: `now` in ms since 1970. */
export const createRuns = (state: State, now: () => number): Runs => ({
  async create({ id, kind, name, session, state: begun }) {
    demandText({ id, kind, name, session });
    if (state.runs.has(id)) throw storageError('RUSTIC_RUN_EXISTS', { run: id });
    const at = new Date(now()).toISOString();
    const head = { id, kind, name, ...(session !== undefined && { session }) };
    const run: Run = { ...head, status: 'running', version: 1, state: begun, createdAt: at, updatedAt: at };
    const row = rowOfRun(run);
    state.runs.set(id, row);
    return runInfoOfRow(row);
  },
  async get(id) {
    const row = state.runs.get(id);
    return row && runOfRow(row);
  },
  async save(id, checkpoint, expectedVersion) {
    const row = state.runs.get(id);
    if (!row) throw storageError('RUSTIC_RUN_UNKNOWN', { run: id });
    if (row.version !== expectedVersion)
      throw storageError('RUSTIC_RUN_CONFLICT', { run: id, expected: expectedVersion, found: row.version });
    const { status } = checkpoint;
    const [version, updated_at] = [row.version + 1, Math.max(row.updated_at, now())];
    state.runs.set(id, { ...row, status, state: JSON.stringify(checkpoint.state), version, updated_at });
    return version;
  },
  async list({ kind, name, session, status, limit = 100 }) {
    return [...state.runs.values()]
      .filter((row) => fits(kind, row.kind) && fits(name, row.name) && fits(session, row.session))
      .filter((row) => fits(status, row.status))
      .sort((a, b) => b.updated_at - a.updated_at || (a.id < b.id ? -1 : 1))
      .slice(0, Math.max(0, limit))
      .map(runInfoOfRow);
  },
  async delete(id) {
    state.runs.delete(id);
  },
  hold: createHolds(runHeld),
});
