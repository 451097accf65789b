import { defineHook } from '../capability.js';
import type { ErrorInfo } from '../errors.js';
import type { Usage } from './content.js';
import type { SessionInfo } from './session.js';

interface Turn {
  readonly session: string;
  readonly turn: number;
}
declare module '../capability.js' {
  interface Hooks {
    'session.opened': { readonly kind: 'observe'; readonly payload: { readonly session: SessionInfo } };
    'session.closed': { readonly kind: 'observe'; readonly payload: { readonly session: SessionInfo } };
    'turn.started': { readonly kind: 'observe'; readonly payload: Turn };
    'turn.completed': { readonly kind: 'observe'; readonly payload: Turn & { readonly usage: Usage } };
    'turn.failed': { readonly kind: 'observe'; readonly payload: Turn & { readonly error: ErrorInfo } };
    'turn.interrupted': { readonly kind: 'observe'; readonly payload: Turn & { readonly usage: Usage } };
    'plugin.activated': {
      readonly kind: 'observe';
      readonly payload: { readonly plugin: string; readonly version: string; readonly durationMs: number };
    };
    'plugin.failed': {
      readonly kind: 'observe';
      readonly payload: { readonly plugin: string; readonly error: ErrorInfo };
    };
  }
}
const observe = <const Id extends string>(id: Id) => defineHook({ id, kind: 'observe', timeLimitMs: 5_000 });

export const sessionOpened = observe('session.opened');
export const sessionClosed = observe('session.closed');
export const turnStarted = observe('turn.started');
export const turnCompleted = observe('turn.completed');
export const turnFailed = observe('turn.failed');
export const turnInterrupted = observe('turn.interrupted');
export const pluginActivated = observe('plugin.activated');
export const pluginFailed = observe('plugin.failed');
