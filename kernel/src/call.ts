import type { Call, InvokeOptions, Origin, Progress } from './capability.js';
import type { Json } from './errors.js';
import type { Member } from './registry.js';

export interface CallParts {
  /** 0: it stands above all chains, and is the parent of none. */
  readonly number: number;
  readonly origin: Origin;
  /** What is called. Absent: nothing, it only begins a chain. */
  readonly member?: Member | undefined;
  readonly parent?: KernelCall | undefined;
  readonly options?: InvokeOptions | undefined;
  /** Unit: ms, of the process's clock; 0 where nobody wants to know. */
  readonly startedMs?: number;
  /** The kernel that made it, which is the only one that takes it. */
  readonly kernel: { readonly log: (plugin: string, message: string, data?: Json) => void };
}

/** The kernel's own calls: recognised by a private field, so none can be forged; dead once ended. */
export class KernelCall implements Call {
  readonly #parts: CallParts;
  #live = true;
  #below: Origin | undefined;
  #controller: AbortController | undefined;
  #signal: AbortSignal | undefined;
  constructor(parts: CallParts) {
    this.#parts = parts;
  }
  static isLive(value: unknown, kernel: object): value is KernelCall {
    return (
      typeof value === 'object' && value !== null && #live in value && value.#live && value.#parts.kernel === kernel
    );
  }
  get id(): string {
    return `call-${this.#parts.number}`;
  }
  get origin(): Origin {
    return this.#parts.origin;
  }
  get startedMs(): number {
    return this.#parts.startedMs ?? 0;
  }
  /** Made on first use: most calls never look at it. */
  get signal(): AbortSignal {
    if (this.#signal) return this.#signal;
    this.#controller = new AbortController();
    const { parent, options } = this.#parts;
    const above = [parent?.signal, options?.signal].filter((signal) => signal !== undefined);
    this.#signal = AbortSignal.any([...above, this.#controller.signal]);
    return this.#signal;
  }
  /** What would cancel it from above; no signal is made for calls that nothing can cancel. */
  get watched(): AbortSignal | undefined {
    const { parent, options } = this.#parts;
    if (this.#signal) return this.#signal;
    return options?.signal ? this.signal : parent?.watched;
  }
  /**
   * The origin of a call that `holder` makes below this one: rights and session are inherited, never widened. What was
   * called says what triggered it; an agent joins the chain of agents.
   */
  below(holder: string, options?: InvokeOptions): Origin {
    const { number, origin, member } = this.#parts;
    const bound = options?.session !== undefined || options?.turn !== undefined;
    if (this.#below?.plugin === holder && !bound) return this.#below;
    const session = origin.session ?? options?.session;
    const turn = origin.turn ?? options?.turn;
    const triggers = member?.operation.triggers;
    const agents = member && triggers === 'agent' ? Object.freeze([...origin.agents, member.name]) : origin.agents;
    const below: Origin = Object.freeze({
      plugin: holder,
      ...(session !== undefined && { session }),
      ...(turn !== undefined && { turn }),
      agents,
      ...(number > 0 && { parent: this.id }),
      trigger: triggers ?? origin.trigger,
      headless: origin.headless,
    });
    if (!bound) this.#below = below;
    return below;
  }
  report(progress: Progress): void {
    this.#parts.options?.onProgress?.(progress);
  }
  log(message: string, data?: Json): void {
    const { kernel, member, origin } = this.#parts;
    kernel.log(member?.plugin ?? origin.plugin, message, data);
  }
  abort(reason?: unknown): void {
    void this.signal;
    this.#controller?.abort(reason);
  }
  end(): void {
    this.#live = false;
  }
}
