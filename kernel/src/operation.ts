import type { CalledPayload, InvokeOptions, Origin } from './capability.js';
import { type Epoch, KernelCall } from './call.js';
import { type Deadlines, isPromise, withDeadline } from './deadlines.js';
import { isRusticError, type Json, kernelError, reasonOf, type RusticError } from './errors.js';
import { blaming, type HookBus } from './hooks.js';
import type { Gate } from './permissions/gate.js';
import type { Member } from './registry.js';
import { compileSchema, seal } from './validate.js';

/** The one way to run anything with an effect. */
export interface Invoker {
  invoke(member: Member, input: unknown, context: InvokeContext): Promise<unknown> | AsyncIterable<unknown>;
  /** A call that nothing else made: the beginning of a chain. */
  root(origin: Origin, signal?: AbortSignal): KernelCall;
  /** Begins an epoch. `quiet` resolves when every call of those before has ended. */
  turn(): { readonly epoch: number; readonly quiet: Promise<unknown> };
}
export interface InvokeContext {
  /** Who holds the handle; the origin of the call when no parent is given. */
  readonly holder: string;
  readonly parent?: unknown;
  readonly options?: InvokeOptions | undefined;
}
type Run<T> = (member: Member, input: unknown, call: KernelCall) => T;
const none: readonly never[] = Object.freeze([]);

export function createInvoker(parts: {
  readonly gate: Gate;
  readonly hooks: HookBus;
  readonly deadlines: Deadlines;
  readonly activate: (member: Member) => Promise<void>;
  readonly available: () => void;
  readonly log: (plugin: string, message: string, data?: Json) => void;
}): Invoker {
  const { gate, hooks, deadlines } = parts;
  let count = 0;
  let current: Epoch = { number: 0, calls: 0 };
  let earlier: Promise<unknown> = Promise.resolve();
  /** Above calls without a parent: the plugin acts for itself, and nobody is there to ask. */
  const itself: Origin = { plugin: '', agents: none, trigger: 'plugin', headless: true };
  const nobody = new KernelCall({ number: 0, origin: itself, kernel: parts });

  const begin = (member: Member, { holder, parent, options }: InvokeContext): KernelCall => {
    parts.available();
    if (parent !== undefined && !KernelCall.isLive(parent, parts))
      throw kernelError('RUSTIC_CALL_INVALID', member.label);
    const origin = (parent ?? nobody).below(holder, options);
    // The clock is read only for those who want to know.
    const startedMs = hooks.has(member.points.called) ? performance.now() : 0;
    const epoch = parent?.epoch ?? current;
    const call = new KernelCall({ number: ++count, origin, member, parent, options, startedMs, epoch, kernel: parts });
    epoch.calls++;
    return call;
  };

  /** Validation, gate taps, ceiling, permission. Returns at once where nothing has to be waited for. */
  const admit = (member: Member, input: unknown, call: KernelCall): void | Promise<void> => {
    const { name, plugin, declaration, implementation, check, points } = member;
    if (!implementation || (declaration.input && !check)) return prepare(member).then(() => admit(member, input, call));
    const misfit = check?.(input) ?? seal(input);
    if (misfit) {
      const { path, reason } = misfit;
      throw kernelError('RUSTIC_OPERATION_INPUT', { ...member.label, path: path || 'the input', reason });
    }
    const request = { call, member, accesses: member.own, input, asks: none };
    const tapped = hooks.has(points.call);
    if (!tapped && !implementation.access) return gate.authorise(request);
    return (async () => {
      let asks: readonly string[] = none;
      if (tapped) {
        const { id, origin } = call;
        const answer = await hooks.gate(points.call, Object.freeze({ id, name, plugin, input, origin }));
        if (answer.deny !== undefined) throw gate.refuse(request, 'hook', answer.deny);
        asks = answer.asks;
      }
      const declared = implementation.access ? await implementation.access(input as never, call) : none;
      const accesses = declared.length > 0 ? [...member.own, ...declared] : member.own;
      return gate.authorise({ call, member, accesses, input, asks });
    })();
  };
  const prepare = async (member: Member) => {
    const { label, declaration } = member;
    if (!member.implementation) await parts.activate(member);
    if (!declaration.input || member.check) return;
    try {
      member.check = await compileSchema(declaration.input);
    } catch (error) {
      const reason = `its schema can not be compiled (${reasonOf(error)})`;
      throw kernelError('RUSTIC_OPERATION_INPUT', { ...label, path: 'the input', reason }, error);
    }
  };

  const aborted = ({ label }: Member, cause?: unknown) => kernelError('RUSTIC_OPERATION_ABORTED', label, cause);
  const failed = (member: Member, call: KernelCall, error: unknown): RusticError => {
    const reason: unknown = call.watched?.reason;
    // Whoever passes on why it was told to end was cancelled, unless its own time was up.
    const cancelled = error === reason && !(isRusticError(reason) && reason.code === 'RUSTIC_OPERATION_TIMEOUT');
    if (isRusticError(error) && !cancelled) return error;
    if (call.watched?.aborted) return aborted(member, error);
    const { label, plugin } = member;
    return kernelError('RUSTIC_OPERATION_FAILED', { ...label, plugin, reason: reasonOf(error) }, error);
  };
  /** Ends a call, and what is under way below one that failed; tells those who want to know. Returns what it failed with. */
  const finish = (member: Member, call: KernelCall, failure?: RusticError) => {
    if (failure) call.abort(failure);
    call.end();
    const { label, plugin, points } = member;
    if (!hooks.has(points.called)) return failure;
    const { id, origin, startedMs } = call;
    const { operation, name } = label;
    const event: CalledPayload = { id, operation, name, plugin, origin, durationMs: performance.now() - startedMs };
    const error = failure && { code: failure.code, message: failure.message };
    void hooks.observe(points.called, error ? { ...event, error } : event);
    return failure;
  };

  const runCall: Run<unknown> = (member, input, call) => member.implementation?.run(input as never, call);
  const runStream: Run<AsyncIterable<unknown>> = (member, input, call) => {
    const { guard } = member.operation;
    const events = runCall(member, input, call) as AsyncIterable<never>;
    return guard ? guard(events, call.signal) : events;
  };
  /** The implementation within the taps around it; what fails in it is its own fault, not theirs. */
  const around = <T>(run: Run<T>, member: Member, input: unknown, call: KernelCall) => {
    const own = () => run(member, input, call);
    return hooks.wrap(member.points.run, input, call, () => blaming(own, (error) => failed(member, call, error)));
  };
  /** What is cancelled or takes too long is left behind: the caller goes on, whatever the implementation does. */
  const bounded = (member: Member, call: KernelCall, work: Promise<unknown>): Promise<unknown> => {
    const { watched } = call;
    const { timeLimitMs: limitMs = Number.POSITIVE_INFINITY } = member.operation;
    if (!watched && limitMs === Number.POSITIVE_INFINITY) return work;
    const late = () => {
      if (call.watched?.aborted) return aborted(member);
      const error = kernelError('RUSTIC_OPERATION_TIMEOUT', { ...member.label, limitMs });
      call.abort(error);
      return error;
    };
    return withDeadline(deadlines, work, limitMs, late, watched);
  };

  const invokeCall = async (member: Member, input: unknown, context: InvokeContext): Promise<unknown> => {
    const call = begin(member, context);
    const { run, result: changes } = member.points;
    try {
      const admitted = admit(member, input, call);
      if (admitted) await admitted;
      if (call.watched?.aborted) throw aborted(member, call.watched.reason);
      const started = hooks.has(run) ? around(later, member, input, call) : runCall(member, input, call);
      const result = isPromise(started) ? await bounded(member, call, started) : started;
      const changed = hooks.has(changes) ? await hooks.transform(changes, result, call.about) : result;
      finish(member, call);
      return changed;
    } catch (error) {
      throw finish(member, call, failed(member, call, error));
    }
  };
  /** Taps around a call are given a promise, even where the implementation makes none. */
  const later: Run<Promise<unknown>> = async (member, input, call) => runCall(member, input, call);

  const invokeStream = async function* (
    member: Member,
    input: unknown,
    context: InvokeContext,
  ): AsyncGenerator<unknown> {
    const call = begin(member, context);
    const { run, result: changes } = member.points;
    try {
      await admit(member, input, call);
      const events = hooks.has(run) ? await around(runStream, member, input, call) : runStream(member, input, call);
      if (!hooks.has(changes)) yield* events;
      else for await (const event of events) yield await hooks.transform(changes, event, call.about);
      finish(member, call);
    } catch (error) {
      throw finish(member, call, failed(member, call, error));
    } finally {
      // Whoever stops reading wants nothing more of it.
      if (KernelCall.isLive(call, parts)) {
        call.abort();
        finish(member, call);
      }
    }
  };

  return {
    invoke(member, input, context) {
      const { number } = (KernelCall.isLive(context.parent, parts) && context.parent.epoch) || current;
      const run = member.operation.mode === 'stream' ? invokeStream : invokeCall;
      return run(versionIn(member, number), input, context);
    },
    root: (origin, signal) =>
      new KernelCall({
        number: ++count,
        origin: Object.freeze({ ...origin, agents: Object.freeze([...origin.agents]) }),
        options: signal && { signal },
        kernel: parts,
      }),
    turn() {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (current.calls === 0) resolve();
      else current.quiet = resolve;
      current = { number: current.number + 1, calls: 0 };
      earlier = Promise.all([earlier, promise]);
      return { epoch: current.number, quiet: earlier };
    },
  };
}

/** A turn ends with the version of a plugin it began with: the one that was there in its epoch. */
const versionIn = (member: Member, epoch: number): Member =>
  member.before && member.since > epoch ? versionIn(member.before, epoch) : member;
