import { defineHook, type HookTypes, shape } from '../capability.js';
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

const changes = { undefined: 'Leaves it.', 'a changed value': 'Takes its place, and is given to the next tap.' };

export const promptHooks = {
  promptParts: defineHook({
    id: 'prompt.parts',
    kind: 'collect',
    timeLimitMs: 500,
    summary: 'Before the system prompt is built, once for each prompt of a person.',
    answers: { undefined: 'Adds nothing.', 'a part': 'Is added; parts that change least come first.' },
    payload: shape<{ readonly agent: string; readonly session: string }>(),
    answer: shape<PromptPart>(),
  }),
  promptBuild: defineHook({
    id: 'prompt.build',
    kind: 'transform',
    timeLimitMs: 500,
    summary: 'When all parts of the system prompt are there, before it is put in order.',
    answers: changes,
    payload: shape<Prompt>(),
  }),
  /** Hiding a tool is no permission rule. */
  toolsSelect: defineHook({
    id: 'tools.select',
    kind: 'transform',
    timeLimitMs: 500,
    summary: 'Before the model is shown the tools it may call. A tool that is not shown can still be called.',
    answers: changes,
    payload: shape<{ readonly agent: string; readonly tools: readonly ToolChoice[] }>(),
  }),
};
declare module '../capability.js' {
  interface Hooks extends HookTypes<typeof promptHooks> {}
}
