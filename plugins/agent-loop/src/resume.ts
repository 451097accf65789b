import type { Handles } from '@rustic-ai/kernel';
import { type Message, safeTo } from '@rustic-ai/kernel/contracts';
import type { ToolCallPart } from './reply.js';

/**
 * The calls at the end of a history that a process left open when it ended, and that are safe to make again. Of the
 * others nobody knows how far they came: they stay interrupted, and the model decides.
 */
export function leftOpen(history: readonly Message[], tools: Handles<'tool'>): readonly ToolCallPart[] {
  const end = history.at(-1);
  if (end?.role !== 'tool') return [];
  const open = new Set(
    end.parts.flatMap((part) =>
      part.type === 'tool_result' && part.error?.code === 'RUSTIC_TOOL_INTERRUPTED' ? [part.id] : [],
    ),
  );
  const calls = history.findLast(({ role }) => role === 'assistant')?.parts ?? [];
  return calls.filter(
    (part): part is ToolCallPart => part.type === 'tool_call' && open.has(part.id) && repeatable(tools, part.name),
  );
}

function repeatable(tools: Handles<'tool'>, name: string): boolean {
  try {
    return safeTo(tools.get(name).declaration.effects).repeatOnResume;
  } catch {
    return false;
  }
}
