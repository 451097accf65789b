import { readFile } from 'node:fs/promises';
import { type ErrorInfo, type ModelEvent, replayError } from '@rustic-ai/kernel/contracts';

/** One answer of a model: a line of the file. */
export interface Recorded {
  readonly v: 1;
  /** The name of the model that answered. */
  readonly model: string;
  /** Of the request. */
  readonly digest: string;
  readonly events: readonly ModelEvent[];
  /** What it threw, before or after these events. */
  readonly error?: ErrorInfo;
}

/**
 * Reads a recording; `file` is what errors call it.
 *
 * Throws: `RUSTIC_MODEL_REPLAY_FILE`, with the number of the line that is no answer.
 */
export async function readRecording(path: string, file: string): Promise<readonly Recorded[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'there is no such file' : `it can not be read (${error.code})`;
    throw replayError('RUSTIC_MODEL_REPLAY_FILE', { file, reason }, error);
  });
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, index + 1, file)]));
}

function parseLine(line: string, number: number, file: string): Recorded {
  const refuse = (reason: string, cause?: unknown) =>
    replayError('RUSTIC_MODEL_REPLAY_FILE', { file, reason: `line ${number} ${reason}` }, cause);
  let value: Partial<Recorded> | null;
  try {
    value = JSON.parse(line) as Partial<Recorded> | null;
  } catch (error) {
    throw refuse('is no JSON', error);
  }
  if (value?.v !== 1) throw refuse('is of another version');
  const { model, digest, events } = value;
  const whole = typeof model === 'string' && typeof digest === 'string' && Array.isArray(events);
  if (!whole || !events.every((event) => typeof event?.type === 'string')) throw refuse('is no answer of a model');
  return value as Recorded;
}
