import { defineHook, defineOperation, type HookTypes, shape } from '../capability.js';
import type { Json } from '../errors.js';
import type { RunEvent } from './agent.js';

export interface CommandRequest {
  /** What follows the command's name, as typed. */
  readonly text: string;
  readonly session?: string;
}
/** What a line that begins with `/` stands for. */
export type CommandTarget =
  { readonly operation: string; readonly name: string; readonly input: Json } | { readonly prompt: string };

declare module '../capability.js' {
  interface Operations {
    command: { readonly mode: 'stream'; readonly input: CommandRequest; readonly output: RunEvent };
  }
  interface Hooks extends HookTypes<typeof commandHooks> {}
}
export const command = defineOperation({
  id: 'command',
  version: 1,
  mode: 'stream',
  effects: { kind: 'none', idempotent: false, openWorld: false },
});
export const commandHooks = {
  commandResolve: defineHook({
    id: 'command.resolve',
    kind: 'claim',
    timeLimitMs: 1_000,
    summary: 'When a slash command was typed that no plugin contributes.',
    answers: { undefined: 'Not mine.', 'a target': 'What the command stands for; later taps are not asked.' },
    payload: shape<{ readonly name: string; readonly text: string }>(),
    answer: shape<CommandTarget>(),
  }),
};
