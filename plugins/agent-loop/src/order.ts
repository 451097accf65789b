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

/**
 * The calls of one reply in the order they run: a batch runs side by side, batches one after the other.
 *
 * Shape: neighbours that only read share a batch, at most `parallel` of them; everything else is alone.
 * Order: as called, but behind the calls of tools that a tool names as coming first; a circle stays as it was called.
 */
export function batchesOf(
  calls: readonly ToolCallPart[],
  tools: Handles<'tool'>,
  parallel: number,
): readonly (readonly Planned[])[] {
  const batches: Planned[][] = [];
  let reading = false;
  for (const planned of inOrder(calls.map((part) => plan(part, tools)))) {
    const reads = isReading(planned.tool);
    const last = batches.at(-1) ?? [];
    const waits = last.some(({ part }) => planned.after.includes(part.name));
    if (reads && reading && !waits && last.length < parallel) last.push(planned);
    else batches.push([planned]);
    reading = reads;
  }
  return batches;
}

function plan(part: ToolCallPart, tools: Handles<'tool'>): Planned {
  try {
    const tool = tools.get(part.name);
    return { part, tool, after: toolFacts(tool.declaration).after ?? [] };
  } catch (missing) {
    return { part, tool: undefined, missing, after: [] };
  }
}

function inOrder(all: readonly Planned[]): readonly Planned[] {
  if (all.every(({ after }) => after.length === 0)) return all;
  const ordered = new Set<Planned>();
  const visit = (planned: Planned, above: readonly Planned[]) => {
    if (ordered.has(planned) || above.includes(planned)) return;
    for (const first of all) if (planned.after.includes(first.part.name)) visit(first, [...above, planned]);
    ordered.add(planned);
  };
  for (const planned of all) visit(planned, []);
  return [...ordered];
}
