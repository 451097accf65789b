import type { Call } from '@rustic-ai/kernel/contracts';
import { dirname } from 'node:path';
import type { Roots } from '../roots.js';
import type { Journal } from './journal.js';
import { pathsBelow, type State, stateOf, type States } from './state.js';

/** Takes down what a call changes, so that it can be shown and taken back. */
export interface History {
  /**
   * Makes a change. What stood there is durable before it begins. A call outside a session is not taken down.
   *
   * Throws: `RUSTIC_FS_TOO_MANY`, before it begins; what the change throws.
   */
  around<T>(call: Call, change: RecordedChange<T>): Promise<T>;
}
export interface RecordedChange<T> {
  /** Absolute paths of all that may change. */
  readonly paths: readonly string[];
  /** With everything in folders among them. Default: false. */
  readonly deep?: boolean;
  make(): Promise<T>;
}
export function createHistory({ roots, journal }: { roots: Roots; journal: Journal }): History {
  return {
    async around(call, { paths, deep = false, make }) {
      const { session, turn } = call.origin;
      if (session === undefined || turn === undefined) return make();
      const kept = journal.kept(session);
      const statesOf = async (all: readonly string[]): Promise<States> => {
        const states: Record<string, State> = {};
        for (const path of all) states[path] = await stateOf(await roots.filesOf(path), path, kept);
        return states;
      };
      const allOf = async () => {
        if (!deep) return new Set(paths);
        const below: (readonly string[])[] = [];
        for (const path of paths) below.push(await pathsBelow(await roots.filesOf(path), path));
        return new Set(below.flat());
      };
      const before = await statesOf([...(await missingAbove(roots, paths)), ...(await allOf())]);
      await journal.append({ session, turn }, { call: call.id, before });
      try {
        return await make();
      } finally {
        const after = await statesOf([...new Set([...Object.keys(before), ...(await allOf())])]);
        await journal.append({ session, turn }, { call: call.id, after });
      }
    },
  };
}

/** Folders that a change of these paths makes on its way. */
async function missingAbove(roots: Roots, paths: readonly string[]): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const path of paths) {
    const files = await roots.filesOf(path);
    for (let folder = dirname(path); folder !== files.root && folder !== dirname(folder); folder = dirname(folder)) {
      if ((await stateOf(files, folder, undefined)).type !== 'absent') break;
      missing.add(folder);
    }
  }
  return [...missing];
}
