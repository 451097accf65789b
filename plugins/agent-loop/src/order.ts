import type { Handles } from '@rustic-ai/kernel';
import type { Workspace } from '@rustic-ai/kernel/contracts';
import { isReading, plan, type Planned } from './planned.js';
import type { ToolCallPart } from './reply.js';
import { isApart, touched, type Touched } from './touched.js';

/**
 * The calls of one reply in the order they run: a batch runs side by side, batches one after the other.
 *
 * Shape: neighbours share a batch, at most `parallel` of them, where none may see or undo what another does: they only
 *   read, or touch different files; everything else is alone.
 * Order: as called, but behind the calls of tools that a tool names as coming first; a circle stays as it was called.
 */
export async function* batchesOf(
  calls: readonly ToolCallPart[],
  { tools, parallel, workspace }: BatchParts,
): AsyncGenerator<readonly Planned[]> {
  const left = inOrder(calls.map((part) => plan(part, tools)));
  // Asked for only where it decides something: to start it takes time.
  const files = left.length > 1 && left.some(({ tool }) => tool && !isReading(tool)) ? await workspace?.() : undefined;
  for (let at = 0; at < left.length;) {
    const batch: (readonly [Planned, Touched])[] = [];
    // Where a path leads is looked at when everything before has been done.
    for (const planned of left.slice(at, at + parallel)) {
      if (batch.some(([{ part }]) => planned.after.includes(part.name))) break;
      const one = [planned, await touched(planned, files)] as const;
      if (!batch.every((other) => isApart(one, other))) break;
      batch.push(one);
    }
    at += batch.length;
    yield batch.map(([planned]) => planned);
  }
}
export interface BatchParts {
  readonly tools: Handles<'tool'>;
  readonly parallel: number;
  /** Absent: every call that does more than read is alone. */
  readonly workspace: (() => Promise<Workspace>) | undefined;
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
