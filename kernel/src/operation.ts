import type { Access, CalledPayload, Effects, InvokeOptions, Origin } from './capability.js';
import { KernelCall } from './call.js';
import { type Deadlines, isPromise, withDeadline } from './deadlines.js';
import { errorInfo, isRusticError, kernelError, reasonOf } from './errors.js';
import type { HookBus } from './hooks.js';
import type { Gate, GateRequest } from './permissions/gate.js';
import type { Member } from './registry.js';
import { compileSchema } from './validate.js';

/** The one way to run anything with an effect. */
export interface Invoker {
  invoke(member: Member, input: unknown, context: InvokeContext): Promise<unknown> | AsyncIterable<unknown>;
  /** A call that nothing else made: the beginning of a chain. */
  root(origin: Origin, signal?: AbortSignal): KernelCall;
}
export interface InvokeContext {
  /** Who holds the handle; the origin of the call when no parent is given. */
  readonly holder: string;
  readonly parent?: unknown;
  readonly options?: InvokeOptions | undefined;
}
const worst: Effects = Object.freeze({ kind: 'destructive', idempotent: false, openWorld: true });

export function createInvoker(parts: {
  readonly gate: Gate;
  readonly hooks: HookBus;
  readonly deadlines: Deadlines;
  readonly activate: (member: Member) => Promise<void>;
  readonly available: () => void;
  readonly log: (plugin: string, message: string, data?: unknown) => void;
}): Invoker {
  let count = 0;
  const sealed = new WeakSet<object>();

  const begin = (member: Member, { holder, parent, options }: InvokeContext): KernelCall => {
    parts.available();
    const { operation, name } = member;
    if (parent !== undefined && !KernelCall.isLive(parent))
      throw kernelError('RUSTIC_CALL_INVALID', { operation: operation.id, name });
    const inherited = parent?.origin;
    const { agents, trigger } = parent?.below ?? { agents: [], trigger: 'plugin' as const };
    const session = inherited?.session ?? options?.session;
    const turn = inherited?.turn ?? options?.turn;
    const origin: Origin = Object.freeze({
      plugin: holder,
      ...(session !== undefined && { session }),
      ...(turn !== undefined && { turn }),
      agents,
      ...(parent && { parent: parent.id }),
      trigger,
      headless: inherited?.headless ?? true,
    });
    const triggers = operation.triggers;
    return new KernelCall({
      id: `call-${++count}`,
      origin,
      below: triggers
        ? { trigger: triggers, agents: triggers === 'agent' ? [...agents, name] : agents }
        : { trigger, agents },
      parent,
      options,
      log: (message, data) => parts.log(member.plugin, message, data),
    });
  };

  /** Validation, gate taps, ceiling, permission. Returns at once where nothing has to be waited for. */
  const admit = (member: Member, input: unknown, call: KernelCall): void | Promise<void> => {
    const { operation, name, plugin, declaration, implementation, check } = member;
    if (!implementation || (declaration.input && !check)) return prepare(member).then(() => admit(member, input, call));
    const misfit = check?.(input) ?? seal(input, '');
    if (misfit) {
      const { path, reason } = misfit;
      throw kernelError('RUSTIC_OPERATION_INPUT', { operation: operation.id, name, path: path || 'the input', reason });
    }
    const request = (accesses: readonly Access[], asks: readonly string[]): GateRequest => ({
      call,
      operation: operation.id,
      name,
      plugin,
      version: member.version,
      summary: declaration.summary,
      effects: declaration.effects ?? operation.effects ?? worst,
      accesses: [own, ...accesses],
      input,
      asks,
      ...(implementation.preview && { preview: () => implementation.preview?.(input as never, call) as never }),
    });
    const own: Access = { action: operation.id.split('.')[0] as string, resource: name };
    const hook = `${operation.id}.call`;
    if (!parts.hooks.has(hook) && !implementation.access) return parts.gate.authorise(request([], []));
    return (async () => {
      const asks: string[] = [];
      if (parts.hooks.has(hook)) {
        const answer = await parts.hooks.gate(
          hook,
          Object.freeze({ id: call.id, name, plugin, input, origin: call.origin }),
        );
        if (answer.deny !== undefined) throw parts.gate.refuse(request([], []), 'hook', answer.deny);
        asks.push(...answer.asks);
      }
      const accesses = (await implementation.access?.(input as never, call)) ?? [];
      await parts.gate.authorise(request(accesses, asks));
    })();
  };
  const prepare = async (member: Member) => {
    const { operation, name, declaration } = member;
    if (!member.implementation) await parts.activate(member);
    if (!declaration.input || member.check) return;
    try {
      member.check = await compileSchema(declaration.input);
    } catch (error) {
      const reason = `its schema can not be compiled (${reasonOf(error)})`;
      throw kernelError('RUSTIC_OPERATION_INPUT', { operation: operation.id, name, path: 'the input', reason }, error);
    }
  };

  /** Freezes a JSON value to its depth, so that what runs is what was approved. What is frozen already is passed over. */
  const seal = (value: unknown, path: string): { path: string; reason: string } | undefined => {
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
      return { path, reason: `is a ${typeof value}, not JSON` };
    if (typeof value !== 'object' || value === null || sealed.has(value)) return undefined;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null)
      return { path, reason: 'is an instance of a class, not JSON' };
    sealed.add(value);
    Object.freeze(value);
    for (const [key, inner] of Object.entries(value)) {
      const misfit = seal(inner, `${path}/${key}`);
      if (misfit) return misfit;
    }
    return undefined;
  };

  const failed = (member: Member, call: KernelCall, error: unknown) => {
    if (isRusticError(error)) return error;
    const { operation, name, plugin } = member;
    if (call.watched?.aborted) return kernelError('RUSTIC_OPERATION_ABORTED', { operation: operation.id, name }, error);
    const reason = reasonOf(error);
    return kernelError('RUSTIC_OPERATION_FAILED', { operation: operation.id, name, plugin, reason }, error);
  };
  const finish = (member: Member, call: KernelCall, startedMs: number, error?: unknown) => {
    call.end();
    const { operation, name, plugin } = member;
    const hook = `${operation.id}.called`;
    if (!parts.hooks.has(hook)) return;
    const durationMs = performance.now() - startedMs;
    const info = error === undefined ? undefined : errorInfo(error);
    const event: CalledPayload = Object.freeze({
      id: call.id,
      operation: operation.id,
      name,
      plugin,
      origin: call.origin,
      durationMs,
      ...(info && { error: { code: info.code, message: info.message } }),
    });
    void parts.hooks.observe(hook, event);
  };

  const invokeCall = async (member: Member, input: unknown, context: InvokeContext): Promise<unknown> => {
    const call = begin(member, context);
    const startedMs = performance.now();
    const { operation, name } = member;
    let failure: unknown;
    try {
      const admitted = admit(member, input, call);
      if (admitted) await admitted;
      const wrap = `${operation.id}.run`;
      const run = () => member.implementation?.run(input as never, call) as unknown;
      if (parts.hooks.has(wrap)) await parts.hooks.ready(wrap);
      let result = parts.hooks.has(wrap) ? parts.hooks.wrap(wrap, input, call, async () => run()) : run();
      if (isPromise(result)) {
        const limitMs = operation.timeLimitMs ?? Number.POSITIVE_INFINITY;
        const late = () => {
          if (call.watched?.aborted) return kernelError('RUSTIC_OPERATION_ABORTED', { operation: operation.id, name });
          const error = kernelError('RUSTIC_OPERATION_TIMEOUT', { operation: operation.id, name, limitMs });
          call.abort(error);
          return error;
        };
        const { watched } = call;
        const bounded = watched !== undefined || operation.timeLimitMs !== undefined;
        result = await (bounded ? withDeadline(parts.deadlines, result, limitMs, late, watched) : result);
      }
      const changes = `${operation.id}.result`;
      return parts.hooks.has(changes) ? await parts.hooks.transform(changes, result) : result;
    } catch (error) {
      failure = failed(member, call, error);
      throw failure;
    } finally {
      finish(member, call, startedMs, failure);
    }
  };

  const invokeStream = async function* (
    member: Member,
    input: unknown,
    context: InvokeContext,
  ): AsyncGenerator<unknown> {
    const call = begin(member, context);
    const startedMs = performance.now();
    const { operation } = member;
    let failure: unknown;
    try {
      await admit(member, input, call);
      const wrap = `${operation.id}.run`;
      const run = () => {
        const events = member.implementation?.run(input as never, call) as AsyncIterable<never>;
        return operation.guard ? operation.guard(events, call.signal) : events;
      };
      if (parts.hooks.has(wrap)) await parts.hooks.ready(wrap);
      const events = parts.hooks.has(wrap) ? parts.hooks.wrap(wrap, input, call, run) : run();
      const changes = `${operation.id}.result`;
      if (!parts.hooks.has(changes)) yield* events;
      else for await (const event of events) yield await parts.hooks.transform(changes, event);
    } catch (error) {
      failure = failed(member, call, error);
      throw failure;
    } finally {
      finish(member, call, startedMs, failure);
    }
  };

  return {
    invoke: (member, input, context) =>
      member.operation.mode === 'stream' ? invokeStream(member, input, context) : invokeCall(member, input, context),
    root: (origin, signal) =>
      new KernelCall({
        id: `call-${++count}`,
        origin: Object.freeze(origin),
        below: { agents: origin.agents, trigger: origin.trigger },
        parent: undefined,
        options: signal && { signal },
        log: (message, data) => parts.log(origin.plugin, message, data),
      }),
  };
}
