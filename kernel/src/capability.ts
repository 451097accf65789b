import type { Json } from './errors.js';

/** Services by id. A contracts package adds to it: `declare module '@rustic-ai/kernel' { interface Services { … } }`. */
export interface Services {}
/** Operations by id: each an `OperationShape`. Extended like `Services`. */
export interface Operations {}
/**
 * Hooks by id: each a `HookShape`, made from their definitions: `interface Hooks extends HookTypes<typeof catalogue> {}`.
 * The four hooks of every operation need no entry.
 */
export interface Hooks {}

export interface OperationShape {
  readonly mode: 'call' | 'stream';
  readonly input: unknown;
  readonly output: unknown;
}
export interface HookShape {
  readonly kind: HookKind;
  readonly payload: unknown;
  /** What a `claim` answers or a `collect` adds. */
  readonly answer?: unknown;
}
export type HookKind = 'observe' | 'transform' | 'gate' | 'claim' | 'wrap' | 'collect';

/** Who is asking. Made by the kernel; a plugin can only pass it on. */
export interface Origin {
  readonly plugin: string;
  readonly session?: string;
  readonly turn?: number;
  /** Root first; rights shrink along it. */
  readonly agents: readonly string[];
  /** Id of the call that made this one. */
  readonly parent?: string;
  readonly trigger:
    'person' | 'agent' | 'tool' | 'workflow' | 'schedule' | 'webhook' | 'fallback' | 'resume' | 'plugin';
  /** Nobody can answer an ask. */
  readonly headless: boolean;
}
export interface Progress {
  readonly text?: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
  readonly output?: { readonly stream: 'stdout' | 'stderr'; readonly text: string };
}
/** The kernel's token for one running operation. Whoever invokes further passes it on. */
export interface Call {
  readonly id: string;
  /** What is called, by its name; empty for a call that only begins a chain. */
  readonly name: string;
  readonly origin: Origin;
  readonly signal: AbortSignal;
  report(progress: Progress): void;
  log(message: string, data?: Json): void;
}
export interface Effects {
  readonly kind: 'none' | 'read' | 'write' | 'destructive';
  readonly idempotent: boolean;
  readonly openWorld: boolean;
}
/** Something a call is about to touch. `target` names a machine other than this one. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly target?: string;
}

export interface ServiceDefinition {
  readonly id: string;
  readonly version: number;
  /** `plugin`: what is contributed is a function from the asking plugin's id to that plugin's own instance. */
  readonly per?: 'plugin';
}
export interface OperationDefinition {
  readonly id: string;
  readonly version: number;
  readonly mode: 'call' | 'stream';
  /** Unit: ms. Default: no limit; a stream's limit is its guard's business. */
  readonly timeLimitMs?: number;
  /** Effects of a member that declares none. Default: the worst, `destructive` and `openWorld`. */
  readonly effects?: Effects;
  /** The trigger of calls made below one of these; `agent` also adds the member's name to their `agents`. */
  readonly triggers?: 'agent' | 'tool' | 'workflow';
  /** Applied to everything a stream yields, whoever implements it. */
  readonly guard?: (events: AsyncIterable<never>, signal: AbortSignal) => AsyncIterable<unknown>;
}
export interface HookDefinition {
  readonly id: string;
  readonly kind: HookKind;
  /** Unit: ms, for each tap. */
  readonly timeLimitMs: number;
  /** When it fires, in a sentence. */
  readonly summary?: string;
  /** What each possible return value of a tap means, in a sentence. */
  readonly answers?: { readonly [value: string]: string };
  /** What a tap is given: a type, see `shape`. */
  readonly payload?: unknown;
  /** What a `claim` answers or a `collect` adds: a type as well. */
  readonly answer?: unknown;
}
/** A type as a part of a definition; nothing at run time. */
export const shape = <T>(): T | undefined => undefined;
/** The shapes of the hooks that a contract defines. */
export type HookTypes<Catalogue extends { readonly [name: string]: HookDefinition }> = {
  readonly [Definition in Catalogue[keyof Catalogue] as Definition['id']]: {
    readonly kind: Definition['kind'];
    readonly payload: Exclude<Definition['payload'], undefined>;
    readonly answer: Exclude<Definition['answer'], undefined>;
  };
};

/** The four hooks every operation brings with it. */
export const hooksOf = ({ id }: { readonly id: string }): readonly HookDefinition[] => [
  { id: `${id}.call`, kind: 'gate', timeLimitMs: 5_000 },
  { id: `${id}.run`, kind: 'wrap', timeLimitMs: Number.POSITIVE_INFINITY },
  { id: `${id}.result`, kind: 'transform', timeLimitMs: 5_000 },
  { id: `${id}.called`, kind: 'observe', timeLimitMs: 5_000 },
];
/** What the plugins of an install can meet through. */
export interface Contracts {
  readonly services: readonly ServiceDefinition[];
  readonly operations: readonly OperationDefinition[];
  readonly hooks: readonly HookDefinition[];
}

export const defineService = <const D extends ServiceDefinition>(definition: D): D => Object.freeze(definition);
export const defineOperation = <const D extends OperationDefinition>(definition: D): D => Object.freeze(definition);
export const defineHook = <const D extends HookDefinition>(definition: D): D => Object.freeze(definition);

type InputOf<Op> = Op extends keyof Operations ? (Operations[Op] extends { input: infer I } ? I : never) : never;
type OutputOf<Op> = Op extends keyof Operations ? (Operations[Op] extends { output: infer O } ? O : never) : never;
type ModeOf<Op> = Op extends keyof Operations ? (Operations[Op] extends { mode: infer M } ? M : never) : never;
/** What running an operation gives: a promise of its result, or its events. */
export type ResultOf<Op> = ModeOf<Op> extends 'stream' ? AsyncIterable<OutputOf<Op>> : Promise<OutputOf<Op>>;

/** What others know of one member of an operation, from its manifest: data, without importing its plugin. */
export interface Declaration {
  readonly summary: string;
  /** JSON Schema of the input. Default: anything the operation's own type allows. */
  readonly input?: object;
  readonly effects?: Effects;
  /** Groups and sub-groups it is listed under: `files`, `files/read`. Never an execution policy. */
  readonly baskets?: readonly string[];
  /** Data the operation's contract gives a meaning to, such as a tool's ACP kind. */
  readonly facts?: { readonly [name: string]: Json };
}
/** A guarded reference to one member of an operation: all that others ever hold. */
export interface Handle<Op> {
  readonly name: string;
  readonly plugin: string;
  readonly declaration: Declaration;
  /**
   * Runs it through validation, gates, permission and audit.
   *
   * Throws: what the operation throws, or a coded refusal. Without `call` the origin is the holder itself, headless.
   * Cancel: follows `call.signal`.
   */
  invoke(input: InputOf<Op>, call?: Call, options?: InvokeOptions): ResultOf<Op>;
}
export interface InvokeOptions {
  /** Cancels this one call; the parent's signal does so as well. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Binds the call, and all below it, to a session. Ignored below a call that is bound already. */
  readonly session?: string;
  readonly turn?: number;
  /** It stands in for a call that failed. */
  readonly trigger?: 'fallback';
}
/** The members of one operation. */
export interface Handles<Op> {
  /** The composition's choice, else the only one. Throws: when there is none, or no choice among several. */
  readonly default: Handle<Op>;
  /** Throws: `RUSTIC_CAPABILITY_NOT_FOUND`. Finds declared names; members of families after `list`. */
  get(name: string): Handle<Op>;
  /** Declared members and those families list now, in composition order. */
  list(filter?: { readonly basket?: string }): Promise<readonly Handle<Op>[]>;
}

type Awaitable<T> = T | Promise<T>;
/** One member of an operation, as its plugin implements it. */
export interface Implementation<Op, Input = InputOf<Op>> {
  /** Everything the call is about to touch beside the operation itself. Default: nothing. */
  access?(input: Input, call: Call): Awaitable<readonly Access[]>;
  /** What a person is shown before deciding. Called only when there is an ask. */
  preview?(input: Input, call: Call): Awaitable<Preview>;
  run(input: Input, call: Call): ModeOf<Op> extends 'stream' ? AsyncIterable<OutputOf<Op>> : Awaitable<OutputOf<Op>>;
}
export interface Preview {
  readonly type: 'command' | 'diff' | 'url' | 'json';
  readonly text: string;
}
/** Members that can't be known when the package is built; declared as `'name__*'`. */
export interface Family<Op> {
  members(signal: AbortSignal): Awaitable<readonly (Implementation<Op> & { name: string; declaration: Declaration })[]>;
}

export interface TapContext {
  readonly plugin: string;
  /** Aborted at the hook's time limit. */
  readonly signal: AbortSignal;
}
type OperationHook<Op extends string, Part extends string> = `${Op}.${Part}`;
/** The function a tap on `Id` is. Each kind says what its answer means; `undefined` is always "nothing to say". */
export type Tap<Id> = Id extends keyof Hooks
  ? Hooks[Id] extends infer H extends HookShape
    ? TapOfKind<H['kind'], H['payload'], H['answer']>
    : never
  : Id extends OperationHook<infer Op, 'call'>
    ? TapOfKind<'gate', GatePayload<Op>, never>
    : Id extends OperationHook<infer Op, 'run'>
      ? (input: InputOf<Op>, call: Call, next: () => ResultOf<Op>) => ResultOf<Op>
      : Id extends OperationHook<infer Op, 'result'>
        ? TapOfKind<'transform', OutputOf<Op>, never>
        : Id extends OperationHook<string, 'called'>
          ? TapOfKind<'observe', CalledPayload, never>
          : never;
type TapOfKind<Kind extends HookKind, Payload, Answer> = Kind extends 'observe'
  ? (event: Payload, context: TapContext) => unknown
  : Kind extends 'transform'
    ? (value: Payload, context: TapContext) => Awaitable<Payload | undefined>
    : Kind extends 'gate'
      ? (payload: Payload, context: TapContext) => Awaitable<GateAnswer | undefined>
      : (payload: Payload, context: TapContext) => Awaitable<Answer | undefined>;
/** A gate can ask or deny; it can never allow. The text is the reason. */
export type GateAnswer = { readonly ask: string } | { readonly deny: string };
export interface GatePayload<Op = string> {
  readonly id: string;
  readonly name: string;
  readonly plugin: string;
  readonly input: InputOf<Op>;
  readonly origin: Origin;
}
/** After every call, however it ended. Unit: ms. */
export interface CalledPayload {
  readonly id: string;
  readonly operation: string;
  readonly name: string;
  readonly plugin: string;
  readonly origin: Origin;
  readonly durationMs: number;
  readonly error?: { readonly code: string; readonly message: string };
}
