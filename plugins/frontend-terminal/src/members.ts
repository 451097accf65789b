import type { Item } from '@rustic-ai/kernel/contracts';
import { isDone } from './describe.js';

/** Knows which tool calls are told as the skill or the agent that they come of. */
export interface Members {
  follow(item: Item): void;
  /** Whether another item says all there is to say of this one. A call that failed says why itself. */
  tells(item: Item): boolean;
}

export function createMembers(): Members {
  const calls = new Set<string>();
  return {
    follow(item) {
      if ((item.type !== 'skill' && item.type !== 'subagent') || item.call === undefined) return;
      if (item.status === 'in_progress') calls.add(item.call);
      else calls.delete(item.call);
    },
    tells: (item) => item.type === 'tool_call' && calls.has(item.id) && (item.status === 'in_progress' || isDone(item)),
  };
}
