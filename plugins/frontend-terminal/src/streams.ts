import type { Writable } from 'node:stream';
import type { StandardStreams } from '@rustic-ai/kernel/contracts';

/** The three streams of a terminal; a stream that is no terminal has no `isTTY`. */
export type Streams = StandardStreams;
/** A piece of output: `answer` is what the model says, `notes` is everything else and starts on a line of its own. */
export interface Output {
  readonly to: 'answer' | 'notes';
  readonly text: string;
}
/** Writes output to the two streams it belongs to, which may be one. */
export interface Writer {
  write(outputs: readonly Output[]): void;
  /** Keeps what is written from now on, until `release`; the notes can be used meanwhile, from the start of a line. */
  hold(): void;
  release(): void;
  /** Resolves when everything written so far was handed over, or can't be. */
  flushed(): Promise<void>;
}

export function createWriter(answer: Writable, notes: Writable): Writer {
  let held: Output[] | undefined;
  /** The stream whose last line is not ended yet. */
  let open: Writable | undefined;
  const endLine = () => {
    open?.write('\n');
    open = undefined;
  };
  const put = ({ to, text }: Output) => {
    if (text === '') return;
    if (to === 'notes') endLine();
    const stream = to === 'notes' ? notes : answer;
    stream.write(text);
    open = text.endsWith('\n') ? undefined : stream;
  };
  const handedOver = (stream: Writable) =>
    new Promise<void>((resolve) => (stream.writable ? void stream.write('', () => resolve()) : resolve()));
  return {
    write: (outputs) => (held ? void held.push(...outputs) : outputs.forEach(put)),
    hold() {
      endLine();
      held ??= [];
    },
    release() {
      const outputs = held ?? [];
      held = undefined;
      outputs.forEach(put);
    },
    async flushed() {
      await handedOver(answer);
      await handedOver(notes);
    },
  };
}
