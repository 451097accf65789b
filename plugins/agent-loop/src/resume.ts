import type { Handles } from '@rustic-ai/kernel';
import { type Message, safeTo } from '@rustic-ai/kernel/contracts';
import type { ToolCallPart } from './reply.js';

/**
 * What a process left open when it ended, at the end of a history.
 *
 * Shape: `again`: calls that are safe to make again. `unknown`: ids of those that were under way and are not: nobody
 *   knows how far they came. They are not repeated; the model decides.
 */
export function leftOpen(
  history: readonly Message[],
  tools: Handles<'tool'>,
): { readonly again: readonly ToolCallPart[]; readonly unknown: readonly string[] } {
  const end = history.at(-1);
  const failed = (code: string) =>
    (end?.role === 'tool' ? end.parts : []).flatMap((part) =>
      part.type === 'tool_result' && part.error?.code === code ? [part.id] : [],
    );
  const open = new Set(failed('RUSTIC_TOOL_INTERRUPTED'));
  const calls = history.findLast(({ role }) => role === 'assistant')?.parts ?? [];
  const again = calls.filter(
    (part): part is ToolCallPart => part.type === 'tool_call' && open.has(part.id) && repeatable(tools, part.name),
  );
  return { again, unknown: failed('RUSTIC_TOOL_UNKNOWN') };
}

function repeatable(tools: Handles<'tool'>, name: string): boolean {
  try {
    return safeTo(tools.get(name).declaration.effects).repeatOnResume;
  } catch {
    return false;
  }
}
