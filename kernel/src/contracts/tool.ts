import { defineOperation } from '../capability.js';
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

declare module '../capability.js' {
  interface Operations {
    tool: { readonly mode: 'call'; readonly input: Json; readonly output: ToolResult };
  }
}

/** Ten minutes for the work, one more for what a tool does to end it. */
export const tool = defineOperation({ id: 'tool', version: 1, mode: 'call', triggers: 'tool', timeLimitMs: 660_000 });
