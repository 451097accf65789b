import type { Call, Handles } from '@rustic-ai/kernel';
import type { Json, ToolResult } from '@rustic-ai/kernel/contracts';

/** Source: WHATWG Fetch allows 20, curl 50; pages that are meant to be read need fewer. */
const most = 10;

/** Redirects from origin to origin: each is a call of its own, which is judged and asked about like any other. */
export interface Hops {
  /** How many redirects a call may still follow: fewer below a redirect. */
  left(call: Call): number;
  /** Calls the same tool below `call`, for what a redirect leads to. */
  follow(call: Call, input: Json, left: number): Promise<ToolResult>;
}

export function createHops(plugin: string, tools: Handles<'tool'>): Hops {
  /** By the id of the call that was redirected, while the one below it runs. */
  const redirected = new Map<string, number>();
  return {
    left({ origin: { parent = '', plugin: caller } }) {
      return (caller === plugin ? redirected.get(parent) : undefined) ?? most;
    },
    async follow(call, input, left) {
      redirected.set(call.id, left);
      try {
        return await tools.get(call.name).invoke(input, call, { onProgress: (progress) => call.report(progress) });
      } finally {
        redirected.delete(call.id);
      }
    },
  };
}
