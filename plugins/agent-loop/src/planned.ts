import type { Handle, Handles } from '@rustic-ai/kernel';
import { safeTo, toolFacts } from '@rustic-ai/kernel/contracts';
import type { ToolCallPart } from './reply.js';

/** A call of a reply, and the tool it names. */
export interface Planned {
  readonly part: ToolCallPart;
  readonly tool: Handle<'tool'> | undefined;
  /** Why there is none. */
  readonly missing?: unknown;
  /** The tools whose calls are over before this one begins. */
  readonly after: readonly string[];
}

export const isRepeatable = (tool: Handle<'tool'>): boolean => safeTo(tool.declaration.effects).repeatOnResume;
export const isReading = (tool: Handle<'tool'> | undefined): boolean => safeTo(tool?.declaration.effects).runBeside;

export function plan(part: ToolCallPart, tools: Handles<'tool'>): Planned {
  try {
    const tool = tools.get(part.name);
    return { part, tool, after: toolFacts(tool.declaration).after ?? [] };
  } catch (missing) {
    return { part, tool: undefined, missing, after: [] };
  }
}

/** Whether a call does more than read. */
export function isActing(part: ToolCallPart, tools: Handles<'tool'>): boolean {
  const { tool } = plan(part, tools);
  return tool !== undefined && !isReading(tool);
}
