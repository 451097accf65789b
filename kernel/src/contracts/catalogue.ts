import { defineService } from '../capability.js';
import type { Usage } from './content.js';

/** Unit: USD for a million tokens. A price that is absent is unknown, never 0. */
export interface ModelPrice {
  readonly inputUsd?: number;
  readonly outputUsd?: number;
  /** Input that the vendor had in its cache. */
  readonly cachedInputUsd?: number;
  /** Input that the vendor put into its cache. */
  readonly cacheWriteUsd?: number;
}
/** What is known of a model. Whatever is absent is unknown. */
export interface ModelFacts {
  /** As a composition names it: `openai/gpt-5`. */
  readonly model: string;
  /** Input and output together. Unit: tokens. */
  readonly contextTokens?: number;
  /** Unit: tokens. */
  readonly outputTokens?: number;
  readonly price?: ModelPrice;
  /** The price of requests with more input than that; of the whole request. Unit: tokens. */
  readonly longPrice?: ModelPrice & { readonly aboveTokens: number };
  readonly capabilities?: {
    readonly tools?: boolean;
    readonly images?: boolean;
    readonly reasoning?: boolean;
    readonly structuredOutput?: boolean;
    readonly caching?: boolean;
  };
  /** Where it was read, and when. Shape of the date: `YYYY-MM-DD`. */
  readonly source: string;
  readonly date: string;
}
/** Service `model.catalogue`: limits, prices and capabilities, known without asking a vendor. */
export interface ModelCatalogue {
  /** A dated snapshot (`-2026-01-31`, `-20260131`, `-latest`) is what its plain name is, unless it is listed itself. */
  find(model: string): ModelFacts | undefined;
  /** Order: by name. */
  list(): readonly ModelFacts[];
  /**
   * What a call cost.
   *
   * Unit: USD. Absent when a price that it needs is unknown, never guessed; 0 only for what is known to be free.
   */
  cost(model: string, usage: Usage): number | undefined;
}
declare module '../capability.js' {
  interface Services {
    'model.catalogue': ModelCatalogue;
  }
}
export const modelCatalogue = defineService({ id: 'model.catalogue', version: 1 });
