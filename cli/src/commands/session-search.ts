import { highlightsOf, type Message, visibleLine } from '@rustic-ai/kernel/contracts';
import { withKernel } from '../booted.js';
import type { PlaceOptions } from '../project.js';

export interface SearchOptions extends PlaceOptions {
  readonly session?: string;
  readonly all?: boolean;
  readonly since?: string;
  readonly before?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

/** Prints the entries that hold every word, newest first. */
export const search = (words: readonly string[], options: SearchOptions): Promise<number> =>
  withKernel(options, async (kernel, { folder }) => {
    const { session, all, since, before, limit, json } = options;
    const query = words.join(' ');
    const hits = await (
      await kernel.service('session')
    ).search(query, {
      ...(session !== undefined && { session }),
      ...(!all && session === undefined && { project: folder }),
      ...(since !== undefined && { since }),
      ...(before !== undefined && { before }),
      ...(limit !== undefined && { limit }),
    });
    if (json) {
      const marked = hits.map((hit) => ({ ...hit, highlights: highlightsOf(hit.snippet, query) }));
      process.stdout.write(`${JSON.stringify(marked)}\n`);
    } else if (hits.length === 0) process.stderr.write('Nothing was found.\n');
    else
      for (const { entry, snippet } of hits) {
        const who = (entry.body as Partial<Message> | null)?.role ?? entry.type;
        const line = mark(visibleLine(snippet.replace(/\s+/g, ' ').trim()), query);
        process.stdout.write(
          `${entry.session}  ${entry.seq}  ${entry.ts.slice(0, 10)}  ${visibleLine(who)}: ${line}\n`,
        );
      }
    return 0;
  });

/** Bold where there is a terminal that shows it. */
function mark(text: string, query: string): string {
  const { NO_COLOR: noColour, TERM: terminal } = process.env;
  if (!process.stdout.isTTY || noColour || terminal === 'dumb') return text;
  return highlightsOf(text, query).reduceRight(
    (line, [start, end]) => `${line.slice(0, start)}\u001b[1m${line.slice(start, end)}\u001b[22m${line.slice(end)}`,
    text,
  );
}
