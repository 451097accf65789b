import { type Ask, type Host, visibleLine } from '@rustic-ai/kernel/contracts';
import type { Seat } from '../desk.js';
import { createPrompt } from '../prompt.js';
import { createRenderer } from '../render.js';
import { renderedRun } from '../render-view.js';
import { createWriter, type Streams } from '../streams.js';
import type { Style } from '../style.js';
import { type Folded, foldedReasoning, foldedTool } from './folded.js';
import type { Surface } from './surface.js';

export interface PlainOptions {
  readonly streams: Streams;
  readonly style: Style;
  readonly host: Pick<Host, 'monotonicMs'>;
  wasShown(ask: Ask): boolean;
}

/** A conversation that is written once, line by line: for pipes, simple terminals and screen readers. */
export function createPlain({ streams, style, host, wasShown }: PlainOptions): Surface {
  const prompt = createPrompt(streams, style.strong(style.signs.prompt), host);
  const writer = createWriter(streams.stdout, streams.stdout);
  let waiting = 0;
  const tell = (text: string) => writer.write([{ to: 'notes', text }]);
  const seat: Seat = {
    ...writer,
    style,
    show: (text) => void streams.stdout.write(prompt.typing ? `\n${text}` : text),
    ask: prompt.ask,
  };
  return {
    style,
    seat,
    tell,
    async next(signal) {
      const line = await prompt.next(signal);
      if (line === undefined && streams.stdout.isTTY) streams.stdout.write('\n');
      return line;
    },
    async choose(title, rows, signal) {
      tell(`${rows.map((row, index) => `${index + 1}. ${visibleLine(row)}\n`).join('')}`);
      const answer = (await prompt.ask(`${title} A number, or nothing: `, signal))?.trim() ?? '';
      const chosen = /^\d+$/.test(answer) ? Number(answer) - 1 : -1;
      return chosen >= 0 && chosen < rows.length ? chosen : undefined;
    },
    begin({ interrupt, entered }) {
      prompt.onInterrupt(interrupt);
      // From a pipe, each line is a prompt of its own.
      if (streams.stdin.isTTY) prompt.onLine((line) => line.trim() !== '' && entered(line, 'steer'));
      const folded: Folded[] = [];
      const run = renderedRun(createRenderer({ style, live: true, wasShown }), writer, style);
      return {
        show(event) {
          run.show(event);
          if (event.type !== 'item.completed') return;
          if (event.item.type === 'tool_call') folded.push(foldedTool(event.item));
          if (event.item.type === 'reasoning') folded.push(foldedReasoning(event.item.text));
        },
        broken: run.broken,
        details: () => folded.map(({ title, text }) => `${title}\n${text.trimEnd()}\n`).join('\n'),
        close() {
          prompt.onInterrupt(undefined);
          prompt.onLine(undefined);
        },
      };
    },
    // It is told after each run.
    footer: () => {},
    wait(texts) {
      if (texts.length > waiting) tell(`${style.signs.more} noted, ${texts.length} waiting\n`);
      waiting = texts.length;
    },
    async close() {
      prompt.close();
      await writer.flushed();
    },
  };
}
