import { createTransactions, type StorageChange, storageError } from '@rustic-ai/kernel/contracts';
import { createDomains, type Domains } from './domains.js';
import { copyOf, type State } from './state.js';

type Method = (...given: readonly unknown[]) => Promise<unknown>;
/** Makes every method of a service go through `pass`, which calls it. */
const passing = <Service extends object>(
  service: Service,
  pass: (name: string, call: (given: readonly unknown[]) => Promise<unknown>, given: readonly unknown[]) => unknown,
): Service =>
  Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      (...given: readonly unknown[]) => pass(name, (taken) => (method as Method)(...taken), given),
    ]),
  ) as Service;
const reading = new Set([
  'get',
  'list',
  'read',
  'search',
  'last',
  'times',
  'versions',
  'nearest',
  'collections',
  'accounts',
  'sizes',
  'hold',
]);

/** All domains over the state, whose writes wait for whoever has it alone, as a transaction has. Unit: `now` in ms since 1970. */
export function createTransactedDomains(state: State, now: () => number) {
  let busy: Promise<void> | undefined;
  const all = (change: <Service extends object>(service: Service) => Service, domains: Domains): Domains => ({
    sessions: change(domains.sessions),
    values: (plugin) => change(domains.values(plugin)),
    grants: change(domains.grants),
    audit: change(domains.audit),
    trace: change(domains.trace),
    runs: change(domains.runs),
    prompts: change(domains.prompts),
    vectors: change(domains.vectors),
  });
  /** What is given may be changed by whoever gave it while it waits. */
  const waiting = <Service extends object>(service: Service): Service =>
    passing(service, (name, call, given) => {
      if (!busy || reading.has(name)) return call(given);
      const taken = structuredClone(given);
      const free = async (): Promise<unknown> => (busy ? busy.then(free) : call(taken));
      return free();
    });
  /** Waits until nobody has the state for himself, and has it then. Returns how to give it back. */
  const alone = async (): Promise<() => void> => {
    while (busy) await busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    busy = promise;
    return () => {
      busy = undefined;
      resolve();
    };
  };
  const transaction = createTransactions(async () => {
    const giveBack = await alone();
    const told: StorageChange[] = [];
    const draft = copyOf(state, (change) => told.push(change));
    let isOver = false;
    const refusing = <Service extends object>(service: Service): Service =>
      passing(service, async (_, call, given) => {
        if (isOver) throw storageError('RUSTIC_TRANSACTION_OVER', { reason: 'it has ended' });
        return call(given);
      });
    return {
      domains: all(refusing, createDomains(draft, now)),
      end(how) {
        isOver = true;
        if (how === 'commit') {
          Object.assign(state, { ...draft, tell: state.tell });
          for (const change of told) state.tell(change);
        }
        giveBack();
      },
    };
  });
  return { domains: all(waiting, createDomains(state, now)), alone, transaction };
}
