import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage, StorageDomains } from './storage.js';
import { storageError } from './storage-errors.js';

/** A transaction that has begun. `end` refuses, from then on, all that is asked of the domains. */
export interface BegunTransaction {
  readonly domains: StorageDomains;
  end(how: 'commit' | 'rollback'): void | Promise<void>;
}

/** `Storage.transaction`: bounds what a backend begins, and ends it in every case. */
export function createTransactions(begin: () => Promise<BegunTransaction>): Storage['transaction'] {
  const within = new AsyncLocalStorage<{ isOpen: boolean }>();
  return async (work, { timeoutMs = 5_000, signal } = {}) => {
    if (within.getStore()?.isOpen) throw storageError('RUSTIC_TRANSACTION_NESTED', {});
    signal?.throwIfAborted();
    const { domains, end } = await begin();
    const own = { isOpen: true };
    const over = new AbortController();
    const limit = sleep(timeoutMs, undefined, { signal: AbortSignal.any([over.signal, ...(signal ? [signal] : [])]) });
    let how: 'commit' | 'rollback' = 'rollback';
    try {
      const expired = limit.then(() => {
        throw storageError('RUSTIC_TRANSACTION_OVER', { reason: `it took more than ${timeoutMs} ms` });
      });
      const result = await Promise.race([within.run(own, async () => work(domains)), expired]);
      signal?.throwIfAborted();
      how = 'commit';
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      own.isOpen = false;
      over.abort();
      await end(how);
    }
  };
}
