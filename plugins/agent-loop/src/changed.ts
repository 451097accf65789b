import { errorInfo } from '@rustic-ai/kernel';
import type { FileChanges, RunEventBody, SessionTurn } from '@rustic-ai/kernel/contracts';

/** What became of each file in a turn, as items; an item says it where that can not be known. */
export async function* changedFiles(
  changes: (() => Promise<FileChanges>) | undefined,
  turn: SessionTurn,
): AsyncGenerator<RunEventBody> {
  try {
    const all = changes ? await (await changes()).list(turn) : [];
    for (const [index, { path, diff }] of all.entries())
      yield {
        type: 'item.completed',
        item: { type: 'file_change', id: `change-${turn.turn}-${index + 1}`, path, diff },
      };
  } catch (error) {
    yield {
      type: 'item.completed',
      item: { type: 'error', id: `change-${turn.turn}`, error: errorInfo(error) },
    };
  }
}
