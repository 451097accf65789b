import { setTimeout as wait } from 'node:timers/promises';
import { standard } from '../contracts/standard.js';
import type { AnyPlugin } from '../manifest.js';

/** What goes wrong with one call in the place of what would have been done. */
export type Fault =
  | { readonly throws: unknown }
  /** It never answers, not even when it is cancelled. */
  | { readonly hangs: true }
  /** It is done as ever, but so much later. Unit: ms. */
  | { readonly lateMs: number }
  /** It answers this, of whatever shape; a stream gives these, one after the other. */
  | { readonly gives: unknown };
export interface Faulted {
  /** `session.store`, `tool`. */
  readonly contract: string;
  /** The method of a service, `files.read` for one in an object; the member of an operation. */
  readonly name: string;
  /** How often it was called, this time included. */
  readonly time: number;
}
type Run = (...given: readonly unknown[]) => unknown;
type Kind = 'answers' | 'streams' | 'at once';

/** Methods that give a stream; all methods of some services answer at once, every other one answers with a promise. */
const streaming = new Set(['storage.export', 'workspace.files.list']);
const immediate = new Set(['host', 'model.catalogue', 'resilience']);

/**
 * A plugin whose services and operations fail when they are told to: whatever contract they are of.
 *
 * Shape: `faultOf` is asked before each call of them; undefined: nothing goes wrong with it.
 *
 * @example faulty(memory, ({ name, time }) => (name === 'append' && time === 2 ? { throws: new Error('disk full') } : undefined))
 */
export function faulty(plugin: AnyPlugin, faultOf: (called: Faulted) => Fault | undefined): AnyPlugin {
  const times = new Map<string, number>();
  const around = (contract: string, name: string, kind: Kind, run: Run): Run => {
    const key = `${contract} ${name}`;
    return (...given) => {
      const time = (times.get(key) ?? 0) + 1;
      times.set(key, time);
      const fault = faultOf({ contract, name, time });
      if (!fault) return run(...given);
      return failing[kind](fault, () => run(...given));
    };
  };
  return {
    manifest: plugin.manifest,
    async setup(context) {
      const made = ((await plugin.setup(context)) ?? {}) as Contributed;
      const entries = Object.entries(made).map(([contract, members]) => {
        if (contract === 'hook') return [contract, members];
        const wrap = contract === 'service' ? serviceOf : operationOf;
        const all = Object.entries(members).map(([name, member]) => [name, wrap(contract, name, member, around)]);
        return [contract, Object.fromEntries(all)];
      });
      return Object.fromEntries(entries) as unknown;
    },
  };
}
type Contributed = { readonly [contract: string]: { readonly [name: string]: object } };
type Around = (contract: string, name: string, kind: Kind, run: Run) => Run;

const failing: { readonly [K in Kind]: (fault: Fault, run: () => unknown) => unknown } = {
  async answers(fault, run) {
    if ('throws' in fault) throw fault.throws;
    if ('hangs' in fault) return new Promise(() => {});
    if ('gives' in fault) return fault.gives;
    await wait(fault.lateMs);
    return run();
  },
  async *streams(fault, run) {
    if ('throws' in fault) throw fault.throws;
    if ('hangs' in fault) await new Promise(() => {});
    if ('lateMs' in fault) await wait(fault.lateMs);
    yield* ('gives' in fault ? fault.gives : run()) as AsyncIterable<unknown>;
  },
  'at once'(fault, run) {
    if ('throws' in fault) throw fault.throws;
    if ('gives' in fault) return fault.gives;
    if ('lateMs' in fault) return run();
    throw new TypeError('what answers at once can not hang');
  },
};

/** A service; one that every plugin has for itself is a function that makes it. */
function serviceOf(_: string, id: string, service: object, around: Around): object {
  if (typeof service === 'function') {
    const make = service as (plugin: string) => object;
    return (plugin: string) => methodsOf(id, '', make(plugin), around);
  }
  return methodsOf(id, '', service, around);
}
const methodsOf = (id: string, path: string, target: object, around: Around): object =>
  new Proxy(target, {
    get(from, key) {
      const value: unknown = Reflect.get(from, key, from);
      const name = `${path}${String(key)}`;
      if (typeof value === 'function') return around(id, name, kindOf(id, name), value.bind(from) as Run);
      return typeof value === 'object' && value !== null ? methodsOf(id, `${name}.`, value, around) : value;
    },
  });
const kindOf = (id: string, name: string): Kind => {
  if (streaming.has(`${id}.${name}`)) return 'streams';
  return immediate.has(id) ? 'at once' : 'answers';
};

/** A member of an operation, or a family of them. */
function operationOf(operation: string, name: string, member: object, around: Around): object {
  const { mode } = standard.operations.find(({ id }) => id === operation) ?? { mode: 'call' };
  const kind = mode === 'stream' ? 'streams' : 'answers';
  if ('run' in member) return { ...member, run: around(operation, name, kind, member.run as Run) };
  const { members } = member as { members(signal: AbortSignal): Promise<readonly { name: string; run: Run }[]> };
  return {
    members: async (signal: AbortSignal) =>
      (await members(signal)).map((one) => ({ ...one, run: around(operation, one.name, kind, one.run) })),
  };
}
