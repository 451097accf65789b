import type { Call, InvokeOptions, Origin, Progress } from './capability.js';
import type { Json } from './errors.js';

export interface CallParts {
  readonly id: string;
  readonly origin: Origin;
  /** What calls made below this one inherit. */
  readonly below: Pick<Origin, 'agents' | 'trigger'>;
  readonly parent: KernelCall | undefined;
  readonly options: InvokeOptions | undefined;
  readonly log: (message: string, data?: Json) => void;
}

/** The kernel's own calls: recognised by a private field, so none can be forged; dead once ended. */
export class KernelCall implements Call {
  readonly id: string;
  readonly origin: Origin;
  readonly below: CallParts['below'];
  readonly #parts: CallParts;
  #live = true;
  #controller: AbortController | undefined;
  #signal: AbortSignal | undefined;
  constructor(parts: CallParts) {
    this.id = parts.id;
    this.origin = parts.origin;
    this.below = parts.below;
    this.#parts = parts;
  }
  static isLive(value: unknown): value is KernelCall {
    return typeof value === 'object' && value !== null && #live in value && value.#live;
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
  report(progress: Progress): void {
    this.#parts.options?.onProgress?.(progress);
  }
  log(message: string, data?: Json): void {
    this.#parts.log(message, data);
  }
  abort(reason?: unknown): void {
    void this.signal;
    this.#controller?.abort(reason);
  }
  end(): void {
    this.#live = false;
  }
}
