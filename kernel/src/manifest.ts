import type { Static, TSchema } from 'typebox';
import type {
  Declaration,
  Family,
  Handle,
  Handles,
  Hooks,
  Implementation,
  Operations,
  Services,
  Tap,
} from './capability.js';
import { type Json, kernelError } from './errors.js';

/** The integer version of the plugin API this kernel speaks. */
export const apiVersion = 1;

export type Requirement = { readonly one: string } | { readonly optional: string } | { readonly all: string };
/** What a plugin asks for. `match` is a rule pattern, or points at a string or list of strings in the plugin's options. */
export interface PermissionRequest {
  readonly action: string;
  readonly match: string | { readonly config: string };
  readonly reason: string;
}
export interface TapOrder {
  readonly stage?: 'first' | 'normal' | 'last';
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}
/** Everything known of a plugin without running its code. Plain data, carried by package.json and the lock. */
export interface Manifest {
  readonly apiVersion: number;
  readonly id: string;
  readonly requires?: { readonly [name: string]: Requirement };
  /** JSON Schema of the options. Default: no options. */
  readonly config?: object;
  readonly permissions?: readonly PermissionRequest[];
  readonly contributes?: {
    readonly service?: { readonly [id: string]: { readonly summary: string } };
    readonly hook?: { readonly [id: string]: TapOrder };
    readonly [operation: string]:
      { readonly [name: string]: Declaration | TapOrder | { readonly summary: string } } | undefined;
  };
  readonly isolation?: 'in-process' | 'process';
  /** If true, its failure fails the start, or later every invoke. Default: false. */
  readonly critical?: boolean;
}

type Member<C> = C extends keyof Services ? Services[C] : C extends keyof Operations ? Handle<C> : never;
type Dependency<R> = R extends { one: infer C }
  ? Member<C>
  : R extends { optional: infer C }
    ? Member<C> | undefined
    : R extends { all: infer C }
      ? C extends keyof Operations
        ? Handles<C>
        : Readonly<Record<string, () => Promise<Member<C>>>>
      : never;
type Requires<M> = M extends { requires: infer R } ? R : {};
type Contributes<M> = M extends { contributes: infer C } ? C : {};
type Options<M> = M extends { config: infer C extends TSchema } ? Static<C> : {};

/** What `setup` must return: exactly what the manifest declares. */
export type Contributions<M> = {
  [Op in keyof Contributes<M>]: {
    [Name in keyof Contributes<M>[Op]]: Op extends 'service'
      ? Name extends keyof Services
        ? ServiceImplementation<Name>
        : never
      : Op extends 'hook'
        ? Tap<Name>
        : Name extends `${string}*`
          ? Family<Op>
          : Contributes<M>[Op][Name] extends { input: infer I extends TSchema }
            ? Implementation<Op, Static<I>>
            : Implementation<Op>;
  };
};
/** Services with one instance per asking plugin are contributed as a function of its id. */
export type ServiceImplementation<Name extends keyof Services> = Name extends keyof PerPluginServices
  ? (plugin: string) => Services[Name]
  : Services[Name];
/** Ids of the services defined with `per: 'plugin'`. Extended like `Services`. */
export interface PerPluginServices {}

type HookOf<Kind> = { [Id in keyof Hooks]: Hooks[Id] extends { kind: Kind } ? Id : never }[keyof Hooks];
type PayloadOf<Id> = Id extends keyof Hooks ? (Hooks[Id] extends { payload: infer P } ? P : never) : never;
type AnswerOf<Id> = Id extends keyof Hooks ? (Hooks[Id] extends { answer: infer A } ? A : never) : never;
type Awaitable<T> = T | Promise<T>;
/** What a transform is about, for its trace: `rustic trace <turn>` finds it by that. */
export interface About {
  readonly session?: string;
  readonly turn?: number;
  /** Id of the call whose value it is. */
  readonly call?: string;
}
/** No promise is made where nobody taps. Throws: `RUSTIC_CAPABILITY_UNKNOWN`. */
export interface PluginHooks {
  observe<Id extends HookOf<'observe'>>(hook: Id, event: PayloadOf<Id>): Awaitable<void>;
  transform<Id extends HookOf<'transform'>>(hook: Id, value: PayloadOf<Id>, about?: About): Awaitable<PayloadOf<Id>>;
  claim<Id extends HookOf<'claim'>>(hook: Id, payload: PayloadOf<Id>): Awaitable<AnswerOf<Id> | undefined>;
  collect<Id extends HookOf<'collect'>>(hook: Id, payload: PayloadOf<Id>): Awaitable<readonly AnswerOf<Id>[]>;
}

export interface SetupContext<M = Manifest> {
  readonly id: string;
  readonly deps: { readonly [Name in keyof Requires<M>]: Dependency<Requires<M>[Name]> };
  readonly config: Options<M>;
  /** Every plugin of the composition, in its order. */
  readonly composition: readonly { readonly id: string; readonly version: string }[];
  /** Fires the hooks of contracts; those of operations are fired by the kernel alone. */
  readonly hooks: PluginHooks;
  log(message: string, data?: Json): void;
  /** Registers an undoing, run on disposal in reverse order. */
  own(dispose: () => unknown): void;
}
export interface Plugin<M = Manifest> {
  /** Imported only by a kernel composed in code; from a lock the manifest is there already. */
  readonly manifest: () => Promise<{ readonly default: M }>;
  setup(context: SetupContext<M>): Contributions<M> | Promise<Contributions<M>>;
}

/** A plugin whatever its manifest is. */
export interface AnyPlugin {
  readonly manifest: () => Promise<{ readonly default: Manifest }>;
  setup(context: never): unknown;
}

/** A plugin: its manifest, and a setup that returns exactly what the manifest declares. */
export const definePlugin = <M extends Manifest>(plugin: Plugin<M>): AnyPlugin => Object.freeze(plugin);

/** Throws: `RUSTIC_PLUGIN_API`. */
export function demandApi(name: string, { apiVersion: found }: { readonly apiVersion?: number }): void {
  if (found !== apiVersion)
    throw kernelError('RUSTIC_PLUGIN_API', { package: name, found: found ?? null, supported: apiVersion });
}
