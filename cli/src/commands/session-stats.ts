import { type UsageRow, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import type { PlaceOptions } from '../project.js';

export interface StatsOptions extends PlaceOptions {
  readonly by: 'session' | 'model' | 'day';
  readonly session?: string;
  readonly all?: boolean;
  readonly since?: string;
  readonly before?: string;
  readonly json?: boolean;
}
interface Sum {
  readonly name: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Absent when the price of no call is known. */
  readonly costUsd?: number;
  /** Calls whose price is unknown. */
  readonly unpriced: number;
}

function sumOf(name: string, rows: readonly UsageRow[]): Sum {
  const add = (of: (row: UsageRow) => number) => rows.reduce((sum, row) => sum + of(row), 0);
  const [calls, unpriced] = [add((row) => row.calls), add((row) => row.unpriced)];
  return {
    name,
    calls,
    inputTokens: add(({ usage }) => usage.inputTokens),
    outputTokens: add(({ usage }) => usage.outputTokens),
    ...(unpriced < calls && { costUsd: add(({ usage }) => usage.costUsd ?? 0) }),
    unpriced,
  };
}
const describe = ({ name, calls, inputTokens, outputTokens, costUsd, unpriced }: Sum): string => {
  const cost = costUsd === undefined ? 'price unknown' : `$${costUsd.toFixed(4)}`;
  const partly = costUsd !== undefined && unpriced > 0 ? `, and ${unpriced} of unknown price` : '';
  return `${visibleLine(name).padEnd(28)} ${String(calls).padStart(6)} calls ${String(inputTokens).padStart(10)} in ${String(
    outputTokens,
  ).padStart(10)} out  ${cost}${partly}\n`;
};

/** Prints what models took, summed by session, model or day. */
export const stats = (options: StatsOptions): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const { by, session, all, since, before, json } = options;
    const rows = await (
      await kernel.service('session')
    ).usage({
      ...(session !== undefined && { session }),
      ...(!all && session === undefined && { project: folder }),
      ...(since !== undefined && { since }),
      ...(before !== undefined && { before }),
    });
    const groups = [...Map.groupBy(rows, (row) => row[by])].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const sums = groups.map(([name, group]) => sumOf(name, group));
    const total = sumOf('total', rows);
    if (json) process.stdout.write(`${JSON.stringify({ by, rows: sums, total })}\n`);
    else if (sums.length === 0) process.stderr.write('No model was asked yet.\n');
    else process.stdout.write([...sums, total].map(describe).join(''));
    return 0;
  });
