import { defineHook, type HookDefinition, type HookTypes, shape } from '../capability.js';
import type { ErrorInfo } from '../errors.js';
import type { Usage } from './content.js';
import type { SessionInfo } from './session.js';

interface Turn {
  readonly session: string;
  readonly turn: number;
}
const watched = {
  kind: 'observe',
  timeLimitMs: 5_000,
  answers: { undefined: 'Whatever it returns is ignored.' },
} as const;
const observe = <const D extends Pick<HookDefinition, 'id' | 'summary' | 'payload'>>(definition: D) =>
  defineHook({ ...watched, ...definition });

export const lifecycleHooks = {
  sessionOpened: observe({
    id: 'session.opened',
    summary: 'When an agent begins to work in a session, new or resumed.',
    payload: shape<{ readonly session: SessionInfo }>(),
  }),
  sessionClosed: observe({
    id: 'session.closed',
    summary: 'When the agent is done in that session, however it ended.',
    payload: shape<{ readonly session: SessionInfo }>(),
  }),
  turnStarted: observe({ id: 'turn.started', summary: 'Before a prompt is worked on.', payload: shape<Turn>() }),
  turnCompleted: observe({
    id: 'turn.completed',
    summary: 'After the answer to a prompt.',
    payload: shape<Turn & { readonly usage: Usage }>(),
  }),
  turnFailed: observe({
    id: 'turn.failed',
    summary: 'After a turn that an error ended.',
    payload: shape<Turn & { readonly error: ErrorInfo }>(),
  }),
  turnInterrupted: observe({
    id: 'turn.interrupted',
    summary: 'After a turn that was cancelled.',
    payload: shape<Turn & { readonly usage: Usage }>(),
  }),
  pluginActivated: observe({
    id: 'plugin.activated',
    summary: 'After a plugin was started.',
    payload: shape<{ readonly plugin: string; readonly version: string; readonly durationMs: number }>(),
  }),
  pluginFailed: observe({
    id: 'plugin.failed',
    summary: 'After a plugin could not be started.',
    payload: shape<{ readonly plugin: string; readonly error: ErrorInfo }>(),
  }),
};
declare module '../capability.js' {
  interface Hooks extends HookTypes<typeof lifecycleHooks> {}
}
