import { defineService } from '../capability.js';

/** One version of a saved prompt. */
export interface PromptVersion {
  readonly name: string;
  /** Counts from 1. */
  readonly version: number;
  readonly text: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** What points at this version, by name. */
  readonly labels: readonly string[];
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}
/** The label whose version counts where none is named. */
export const activeLabel = 'active';

/** Service `prompts`: prompts that are kept by name, every version of them. */
export interface Prompts {
  /** Adds a version, and returns its number; those before stay as they are. */
  put(prompt: {
    readonly name: string;
    readonly text: string;
    readonly description?: string;
    readonly tags?: readonly string[];
  }): Promise<number>;
  /**
   * One version: by its number, or by a label.
   *
   * Default: the one labelled `active`, else the newest.
   */
  get(name: string, at?: number | string): Promise<PromptVersion | undefined>;
  /** Of each prompt the version that `get` gives without a version. Order: by name. */
  list(filter: { readonly tag?: string }): Promise<readonly PromptVersion[]>;
  /** All versions of one prompt. Order: the oldest first. */
  versions(name: string): Promise<readonly PromptVersion[]>;
  /** Moves a label to a version; undefined takes it away. Throws: `RUSTIC_PROMPT_UNKNOWN`. */
  label(name: string, label: string, version: number | undefined): Promise<void>;
  /** Removes all versions. Removing what is not there is no error. */
  remove(name: string): Promise<void>;
}

declare module '../capability.js' {
  interface Services {
    prompts: Prompts;
  }
}
export const prompts = defineService({ id: 'prompts', version: 1 });
