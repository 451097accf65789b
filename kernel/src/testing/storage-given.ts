import type { AuditLog, Grants } from '../permissions/types.js';
import type { Prompts } from '../contracts/prompts.js';
import type { Runs } from '../contracts/runs.js';
import type { KeyValue, SessionStore } from '../contracts/session.js';
import type { Storage, StorageRecord } from '../contracts/storage.js';
import type { HookTrace } from '../contracts/trace.js';
import type { Vectors } from '../contracts/vectors.js';
import type { Rule } from './suite.js';

/** All services of one backend. */
export interface OpenStorage {
  readonly storage: Storage;
  readonly store: SessionStore;
  readonly grants: Grants;
  readonly audit: AuditLog;
  readonly trace: HookTrace;
  readonly runs: Runs;
  readonly prompts: Prompts;
  readonly vectors: Vectors;
  of(plugin: string): Promise<KeyValue>;
  close(): Promise<void>;
}
/** What the suite needs: an empty backend, as often as asked, also two at a time. */
export interface StorageSubject {
  open(): Promise<OpenStorage>;
}

/** A rule that gets an empty backend, and others if it asks for them. */
export const rule = (
  id: string,
  says: string,
  check: (opened: OpenStorage, another: () => Promise<OpenStorage>) => Promise<void>,
): Rule<StorageSubject> => ({
  id,
  says,
  async run(subject) {
    const all: OpenStorage[] = [];
    const another = async () => {
      const opened = await subject.open();
      let closing: Promise<void> | undefined;
      const closable = { ...opened, close: () => (closing ??= opened.close()) };
      all.push(closable);
      return closable;
    };
    try {
      await check(await another(), another);
    } finally {
      for (const { close } of all) await close();
    }
  },
});

export const recordsOf = async (storage: Storage): Promise<readonly StorageRecord[]> =>
  Array.fromAsync(storage.export());
