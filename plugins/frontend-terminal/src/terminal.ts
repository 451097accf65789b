import type { AgentRequest, Call, FrontendRequest, Host, RunEvent } from '@rustic-ai/kernel/contracts';
import type { TerminalApprover } from './approver.js';
import type { Desk } from './desk.js';
import type { Streams } from './streams.js';

/** What both modes work with. */
export interface Terminal {
  readonly streams: Streams;
  readonly host: Pick<Host, 'env' | 'monotonicMs'>;
  readonly desk: Desk;
  readonly approver: Pick<TerminalApprover, 'wasShown'>;
  /** Runs the named agent, or the composition's choice. */
  invoke(agent: string | undefined, request: AgentRequest, call: Call, signal: AbortSignal): AsyncIterable<RunEvent>;
}

/** What the agent is asked, of what the frontend was. */
export const agentRequest = ({ prompt = '', session, model, maxSteps }: FrontendRequest): AgentRequest => ({
  prompt,
  ...(session !== undefined && { session }),
  ...(model !== undefined && { model }),
  ...(maxSteps !== undefined && { maxSteps }),
});
