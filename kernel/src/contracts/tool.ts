import { type Declaration, defineOperation } from '../capability.js';
import type { ErrorInfo, Json } from '../errors.js';
import type { Part } from './content.js';

/** What a tool gives back to the model. */
export interface ToolResult {
  readonly parts: readonly Part[];
  readonly data?: Json;
  /** The tool did its work and the outcome is a failure the model can read. */
  readonly error?: ErrorInfo;
  /** What was cut, kept by reference. */
  readonly full?: { readonly ref: string; readonly bytes: number };
}
/** The kinds of the Agent Client Protocol; a tool states its own as `facts: { kind }`. Default: `other`. */
export type ToolKind = 'read' | 'edit' | 'delete' | 'move' | 'search' | 'execute' | 'think' | 'fetch' | 'other';
/** What a tool may state of itself in the `facts` of its declaration. */
export interface ToolFacts {
  readonly kind?: ToolKind;
  /** Tools that come first: where one reply calls both, theirs are over before this one begins, and if they failed it never does. */
  readonly after?: readonly string[];
  /** How long a result holds for the same input while nothing was changed. Of tools that only read. Default: not at all. Unit: ms. */
  readonly cacheMs?: number;
}
/** What a tool states of itself; what has another shape was never said. */
export function toolFacts({ facts = {} }: Pick<Declaration, 'facts'>): ToolFacts {
  const { kind, after, cacheMs } = facts;
  return {
    ...(typeof kind === 'string' && { kind: kind as ToolKind }),
    ...(Array.isArray(after) && { after: after.map(String) }),
    ...(typeof cacheMs === 'number' && cacheMs > 0 && { cacheMs }),
  };
}

declare module '../capability.js' {
  interface Operations {
    tool: { readonly mode: 'call'; readonly input: Json; readonly output: ToolResult };
  }
}

/** Ten minutes for the work, one more for what a tool does to end it. */
export const tool = defineOperation({ id: 'tool', version: 1, mode: 'call', triggers: 'tool', timeLimitMs: 660_000 });
