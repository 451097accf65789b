import type { Call, InvokeOptions, Origin, Progress } from './capability.js';
import type { Json } from './errors.js';

export interface CallParts {
  readonly number: number;
  readonly origin: Origin;
  /** What calls made below this one are triggered by. Default: what triggered this one. */
  readonly triggers?: Origin['trigger'] | undefined;
  /** Added to the agents of calls made below this one. */
  readonly agent?: string | undefined;
  readonly parent?: KernelCall | undefined;
  readonly options?: InvokeOptions | undefined;
  /** The kernel that made it, which is the only one that takes it. */
  readonly kernel: object;
  /** The plugin that implements what is called; what it logs is its own. */
  readonly plugin: string;
  readonly log: (plugin: string, message: string, data?: Json) => void;
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
  /** The origin of a call that `holder` makes below this one: rights and session are inherited, never widened. */
  below(holder: string, options?: InvokeOptions): Origin {
    const { origin, triggers, agent } = this.#parts;
    const bound = options?.session !== undefined || options?.turn !== undefined;
    if (this.#below?.plugin === holder && !bound) return this.#below;
    const session = origin.session ?? options?.session;
    const turn = origin.turn ?? options?.turn;
    const below = Object.freeze({
      plugin: holder,
      ...(session !== undefined && { session }),
      ...(turn !== undefined && { turn }),
      agents: agent === undefined ? origin.agents : Object.freeze([...origin.agents, agent]),
      parent: this.id,
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
    this.#parts.log(this.#parts.plugin, message, data);
  }
  abort(reason?: unknown): void {
    void this.signal;
    this.#controller?.abort(reason);
  }
  end(): void {
    this.#live = false;
  }
}
