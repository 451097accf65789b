import { defineHook, defineOperation } from '../capability.js';
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
  interface Hooks {
    'command.resolve': {
      readonly kind: 'claim';
      readonly payload: { readonly name: string; readonly text: string };
      readonly answer: CommandTarget;
    };
  }
}
export const command = defineOperation({
  id: 'command',
  version: 1,
  mode: 'stream',
  effects: { kind: 'none', idempotent: false, openWorld: false },
});
/** Says what a slash command that no plugin contributes stands for. `undefined`: not mine. */
export const commandResolve = defineHook({ id: 'command.resolve', kind: 'claim', timeLimitMs: 1_000 });
