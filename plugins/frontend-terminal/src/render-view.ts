import { errorLines } from './describe.js';
import type { Renderer } from './render.js';
import type { Writer } from './streams.js';
import type { Style } from './style.js';
import type { RunView } from './turn.js';

/** A run as text that is written once and never changed. */
export const renderedRun = ({ render, broken }: Renderer, writer: Writer, style: Style): RunView => ({
  show: (event) => writer.write(render(event)),
  broken: (error) =>
    writer.write([
      ...broken(),
      ...(error ? [{ to: 'notes' as const, text: errorLines('The run failed', error, style) }] : []),
    ]),
});
