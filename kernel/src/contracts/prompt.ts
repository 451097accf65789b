import { defineHook } from '../capability.js';
import type { Json } from '../errors.js';

/** One part of the system prompt. What changes least comes first, so that a vendor's cache can keep the beginning. */
export interface PromptPart {
  readonly id: string;
  readonly stability: 'stable' | 'session' | 'turn';
  readonly text: string;
}
export interface Prompt {
  readonly agent: string;
  readonly session: string;
  readonly parts: readonly PromptPart[];
}
export interface ToolChoice {
  readonly name: string;
  readonly description: string;
  readonly input: Json;
}

declare module '../capability.js' {
  interface Hooks {
    'prompt.parts': {
      readonly kind: 'collect';
      readonly payload: { readonly agent: string; readonly session: string };
      readonly answer: PromptPart;
    };
    'prompt.build': { readonly kind: 'transform'; readonly payload: Prompt };
    'tools.select': {
      readonly kind: 'transform';
      readonly payload: { readonly agent: string; readonly tools: readonly ToolChoice[] };
    };
  }
}
/** Adds a part to the system prompt. `undefined`: adds nothing. */
export const promptParts = defineHook({ id: 'prompt.parts', kind: 'collect', timeLimitMs: 500 });
/** Changes the whole system prompt. `undefined`: leaves it. */
export const promptBuild = defineHook({ id: 'prompt.build', kind: 'transform', timeLimitMs: 500 });
/** Changes which tools the model is shown. `undefined`: leaves them. Hiding a tool is no permission rule. */
export const toolsSelect = defineHook({ id: 'tools.select', kind: 'transform', timeLimitMs: 500 });
