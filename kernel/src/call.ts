import type { Call, InvokeOptions, Origin, Progress } from './capability.js';
import type { Json } from './errors.js';
import type { About } from './manifest.js';
import type { Member } from './registry.js';

/** Calls that began between two reloads, and all below them. */
export interface Epoch {
  readonly number: number;
  /** How many of them are under way. */
  calls: number;
  /** Called when the last one has ended. */
  quiet?: () => void;
}
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
  readonly epoch?: Epoch;
  /** The kernel that made it, which is the only one that takes it. */
  readonly kernel: { readonly log: (plugin: string, message: string, data?: Json) => void };
}

/** The kernel's own calls: recognised by a private field, so none can be forged; dead once ended. */
export class KernelCall implements Call {
  readonly #parts: CallParts;
  #live = true;
  #below: Origin | undefined;
  #controller: AbortController | undefined;
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
  get name(): string {
    return this.#parts.member?.name ?? '';
  }
  get origin(): Origin {
    return this.#parts.origin;
  }
  get epoch(): Epoch | undefined {
    return this.#parts.epoch;
  }
  get startedMs(): number {
    return this.#parts.startedMs ?? 0;
  }
  /** What its result is about, for the trace of those who change it. */
  get about(): About {
    const { session, turn } = this.origin;
    return { call: this.id, ...(session !== undefined && { session }), ...(turn !== undefined && { turn }) };
  }
  /** Made on first use: most calls never look at it. Aborted with whatever stands above. */
  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const { member, options } = this.#parts;
    // A root never ends, so that nothing would take its listener away: its signal is the host's own.
    if (!member && options?.signal) return options.signal;
    this.#controller = new AbortController();
    for (const signal of this.#above) {
      if (signal?.aborted) this.#controller.abort(signal.reason);
      else signal?.addEventListener('abort', this, { once: true });
    }
    return this.#controller.signal;
  }
  get #above(): readonly (AbortSignal | undefined)[] {
    return [this.#parts.parent?.signal, this.#parts.options?.signal];
  }
  /** Called by those signals, which know this call as their listener. */
  handleEvent({ target }: Event): void {
    this.abort((target as AbortSignal).reason);
  }
  /** What would cancel it from above; no signal is made for calls that nothing can cancel. */
  get watched(): AbortSignal | undefined {
    const { parent, options } = this.#parts;
    if (this.#controller) return this.#controller.signal;
    return options?.signal ? this.signal : parent?.watched;
  }
  /**
   * The origin of a call that `holder` makes below this one: rights and session are inherited, never widened. What was
   * called says what triggered it; an agent joins the chain of agents.
   */
  below(holder: string, options?: InvokeOptions): Origin {
    const { number, origin, member } = this.#parts;
    const bound = options?.session !== undefined || options?.turn !== undefined || options?.trigger !== undefined;
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
      trigger: options?.trigger ?? triggers ?? origin.trigger,
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
    const { epoch } = this.#parts;
    if (epoch && --epoch.calls === 0) epoch.quiet?.();
    if (this.#controller) for (const signal of this.#above) signal?.removeEventListener('abort', this);
  }
}
