import type { CalledPayload, InvokeOptions, Origin } from './capability.js';
import { KernelCall } from './call.js';
import { type Deadlines, isPromise, withDeadline } from './deadlines.js';
import { errorInfo, isRusticError, type Json, kernelError, reasonOf } from './errors.js';
import { blaming, type HookBus } from './hooks.js';
import type { Gate } from './permissions/gate.js';
import type { Member } from './registry.js';
import { compileSchema, type Misfit } from './validate.js';

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
const none: readonly never[] = Object.freeze([]);

export function createInvoker(parts: {
  readonly gate: Gate;
  readonly hooks: HookBus;
  readonly deadlines: Deadlines;
  readonly activate: (member: Member) => Promise<void>;
  readonly available: () => void;
  readonly log: (plugin: string, message: string, data?: Json) => void;
}): Invoker {
  let count = 0;
  const sealed = new WeakSet<object>();
  const origins = new Map<string, Origin>();

  const begin = (member: Member, { holder, parent, options }: InvokeContext): KernelCall => {
    parts.available();
    const { operation, name } = member;
    if (parent !== undefined && !KernelCall.isLive(parent, parts))
      throw kernelError('RUSTIC_CALL_INVALID', { operation: operation.id, name });
    return new KernelCall({
      number: ++count,
      origin: parent ? parent.below(holder, options) : alone(holder, options),
      triggers: operation.triggers,
      agent: operation.triggers === 'agent' ? name : undefined,
      parent,
      options,
      kernel: parts,
      plugin: member.plugin,
      log: parts.log,
    });
  };
  /** Nobody else's call stands above: the plugin acts for itself, and nobody is there to ask. */
  const alone = (plugin: string, options: InvokeOptions | undefined): Origin => {
    const { session, turn } = options ?? {};
    const known = session === undefined && turn === undefined ? origins.get(plugin) : undefined;
    if (known) return known;
    const origin: Origin = Object.freeze({
      plugin,
      ...(session !== undefined && { session }),
      ...(turn !== undefined && { turn }),
      agents: none,
      trigger: 'plugin',
      headless: true,
    });
    if (session === undefined && turn === undefined) origins.set(plugin, origin);
    return origin;
  };

  /** Validation, gate taps, ceiling, permission. Returns at once where nothing has to be waited for. */
  const admit = (member: Member, input: unknown, call: KernelCall): void | Promise<void> => {
    const { operation, name, plugin, declaration, implementation, check, points } = member;
    if (!implementation || (declaration.input && !check)) return prepare(member).then(() => admit(member, input, call));
    const misfit = check?.(input) ?? seal(input, '', new Set());
    if (misfit) {
      const { path, reason } = misfit;
      throw kernelError('RUSTIC_OPERATION_INPUT', { operation: operation.id, name, path: path || 'the input', reason });
    }
    const tapped = parts.hooks.has(points.call);
    if (!tapped && !implementation.access)
      return parts.gate.authorise({ call, member, accesses: member.own, input, asks: none });
    return (async () => {
      let asks: readonly string[] = none;
      if (tapped) {
        const event = Object.freeze({ id: call.id, name, plugin, input, origin: call.origin });
        const answer = await parts.hooks.gate(points.call, event);
        const request = { call, member, accesses: member.own, input, asks: none };
        if (answer.deny !== undefined) throw parts.gate.refuse(request, 'hook', answer.deny);
        asks = answer.asks;
      }
      const declared = (await implementation.access?.(input as never, call)) ?? none;
      await parts.gate.authorise({ call, member, accesses: [...member.own, ...declared], input, asks });
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
  const seal = (value: unknown, path: string, above: Set<object>): Misfit => {
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
      return { path, reason: `is a ${typeof value}, not JSON` };
    if (typeof value !== 'object' || value === null || sealed.has(value)) return undefined;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null)
      return { path, reason: 'is an instance of a class, not JSON' };
    if (above.has(value)) return { path, reason: 'contains itself, not JSON' };
    above.add(value);
    Object.freeze(value);
    for (const key of Object.keys(value)) {
      const at = `${path}/${key}`;
      const property = Object.getOwnPropertyDescriptor(value, key);
      const misfit = property?.get ? { path: at, reason: 'is computed, not JSON' } : seal(property?.value, at, above);
      if (misfit) return misfit;
    }
    above.delete(value);
    sealed.add(value);
    return undefined;
  };

  const failed = (member: Member, call: KernelCall, error: unknown) => {
    if (isRusticError(error)) return error;
    const { operation, name, plugin } = member;
    if (call.watched?.aborted) return kernelError('RUSTIC_OPERATION_ABORTED', { operation: operation.id, name }, error);
    const reason = reasonOf(error);
    return kernelError('RUSTIC_OPERATION_FAILED', { operation: operation.id, name, plugin, reason }, error);
  };
  /** The clock is read only for those who want to know. */
  const startOf = ({ points }: Member) => (parts.hooks.has(points.called) ? performance.now() : 0);
  const finish = (member: Member, call: KernelCall, startedMs: number, error?: unknown) => {
    call.end();
    const { operation, name, plugin, points } = member;
    const hook = points.called;
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
    const startedMs = startOf(member);
    let failure: unknown;
    try {
      const admitted = admit(member, input, call);
      if (admitted) await admitted;
      if (call.watched?.aborted) {
        const { operation, name } = member;
        throw kernelError('RUSTIC_OPERATION_ABORTED', { operation: operation.id, name }, call.watched.reason);
      }
      const started = parts.hooks.has(member.points.run)
        ? around(member, input, call)
        : (member.implementation?.run(input as never, call) as unknown);
      const result = isPromise(started) ? await bounded(member, call, started) : started;
      const changes = member.points.result;
      return parts.hooks.has(changes) ? await parts.hooks.transform(changes, result) : result;
    } catch (error) {
      failure = failed(member, call, error);
      throw failure;
    } finally {
      finish(member, call, startedMs, failure);
    }
  };
  const around = async (member: Member, input: unknown, call: KernelCall): Promise<unknown> => {
    const hook = member.points.run;
    await parts.hooks.ready(hook);
    const run = async () => member.implementation?.run(input as never, call) as unknown;
    return parts.hooks.wrap(hook, input, call, () => blaming(run, (error) => failed(member, call, error)));
  };
  /** What is cancelled or takes too long is left behind: the caller goes on, whatever the implementation does. */
  const bounded = ({ operation, name }: Member, call: KernelCall, work: Promise<unknown>): Promise<unknown> => {
    const { watched } = call;
    const { timeLimitMs: limitMs = Number.POSITIVE_INFINITY } = operation;
    if (!watched && limitMs === Number.POSITIVE_INFINITY) return work;
    const late = () => {
      if (call.watched?.aborted) return kernelError('RUSTIC_OPERATION_ABORTED', { operation: operation.id, name });
      const error = kernelError('RUSTIC_OPERATION_TIMEOUT', { operation: operation.id, name, limitMs });
      call.abort(error);
      return error;
    };
    return withDeadline(parts.deadlines, work, limitMs, late, watched);
  };

  const invokeStream = async function* (
    member: Member,
    input: unknown,
    context: InvokeContext,
  ): AsyncGenerator<unknown> {
    const call = begin(member, context);
    const startedMs = startOf(member);
    const { operation } = member;
    let failure: unknown;
    let left = true;
    try {
      await admit(member, input, call);
      const wrap = member.points.run;
      const run = () => {
        const events = member.implementation?.run(input as never, call) as AsyncIterable<never>;
        return operation.guard ? operation.guard(events, call.signal) : events;
      };
      if (parts.hooks.has(wrap)) await parts.hooks.ready(wrap);
      const own = () => blaming(run, (error) => failed(member, call, error));
      const events = parts.hooks.has(wrap) ? parts.hooks.wrap(wrap, input, call, own) : run();
      const changes = member.points.result;
      if (!parts.hooks.has(changes)) yield* events;
      else for await (const event of events) yield await parts.hooks.transform(changes, event);
      left = false;
    } catch (error) {
      left = false;
      failure = failed(member, call, error);
      throw failure;
    } finally {
      // Whoever stops reading wants nothing more of it.
      if (left) call.abort();
      finish(member, call, startedMs, failure);
    }
  };

  return {
    invoke: (member, input, context) =>
      member.operation.mode === 'stream' ? invokeStream(member, input, context) : invokeCall(member, input, context),
    root: (origin, signal) =>
      new KernelCall({
        number: ++count,
        origin: Object.freeze({ ...origin, agents: Object.freeze([...origin.agents]) }),
        kernel: parts,
        options: signal && { signal },
        plugin: origin.plugin,
        log: parts.log,
      }),
  };
}
