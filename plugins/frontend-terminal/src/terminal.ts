import type { Handles, PluginHooks } from '@rustic-ai/kernel';
import type { AgentRequest, Call, Host, RunEvent, Sessions, Steering, Workspace } from '@rustic-ai/kernel/contracts';
import type { TerminalApprover } from './approver.js';
import type { Desk } from './desk.js';
import type { Streams } from './streams.js';

/** What both modes work with. */
export interface Terminal {
  readonly streams: Streams;
  readonly host: Pick<Host, 'env' | 'monotonicMs' | 'folders' | 'suspend'>;
  readonly desk: Desk;
  readonly approver: Pick<TerminalApprover, 'wasShown'>;
  readonly house: House;
  /** Runs the named agent, or the composition's choice. */
  invoke(agent: string | undefined, request: AgentRequest, call: Call, signal: AbortSignal): AsyncIterable<RunEvent>;
}
/** What a conversation can show and use of the composition; nothing of it starts before it is asked for. */
export interface House {
  readonly agents: Handles<'agent'>;
  readonly models: Handles<'model'>;
  readonly tools: Handles<'tool'>;
  readonly skills: Handles<'skill'>;
  readonly commands: Handles<'command'>;
  /** undefined: there is none, or there are several and none is the choice. */
  readonly sessions: (() => Promise<Sessions>) | undefined;
  readonly workspace: (() => Promise<Workspace>) | undefined;
  readonly steering: readonly (() => Promise<Steering>)[];
  readonly hooks: Pick<PluginHooks, 'claim'>;
}
