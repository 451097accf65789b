import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorInfo } from '@rustic-ai/kernel';
import { type Json, type ModelEvent, type ModelRequest, replayError } from '@rustic-ai/kernel/contracts';
import { digestOf } from './digest.js';
import type { Recorded } from './recording.js';
import { type Change, changeEvents, changeTexts } from './texts.js';

export interface Recorder {
  /** Passes an answer on and adds it to the file when it is over. */
  record(request: ModelRequest, events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent>;
  /** Resolves when everything is written. Throws: `RUSTIC_MODEL_REPLAY_FILE`. */
  settled(): Promise<void>;
}

/** Writes answers to a file that only its owner may read. `clean` takes out what must not stand in it. */
export function createRecorder(path: string, file: string, clean: () => Promise<Change>): Recorder {
  let last: Promise<void> = Promise.resolve();
  const write = async (request: ModelRequest, events: readonly ModelEvent[], thrown: readonly unknown[]) => {
    const change = await clean();
    const error = thrown.length > 0 && changeTexts(errorInfo(thrown[0]) as unknown as Json, change);
    const line: Recorded = {
      v: 1,
      model: request.model,
      digest: digestOf(request, change),
      events: changeEvents(events, change),
      ...(error && { error: error as never }),
    };
    try {
      await mkdir(dirname(path), { recursive: true });
      const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
      // Not through a link: it could lead anywhere.
      await using handle = await open(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
      await handle.appendFile(`${JSON.stringify(line)}\n`);
    } catch (failure) {
      const { message: reason } = failure as Error;
      throw replayError('RUSTIC_MODEL_REPLAY_FILE', { file, reason: `it can not be written (${reason})` }, failure);
    }
  };
  const keep = (request: ModelRequest, events: readonly ModelEvent[], ...thrown: readonly unknown[]) => {
    last = last.then(() => write(request, events, thrown));
    // Whoever asks is told; a session does not end because its recording does.
    last.catch(() => {});
  };
  return {
    async *record(request, events) {
      const heard: ModelEvent[] = [];
      try {
        for await (const event of events) {
          heard.push(event);
          if (event.type === 'finish') keep(request, heard);
          yield event;
        }
      } catch (error) {
        keep(request, heard, error);
        throw error;
      }
    },
    settled: () => last,
  };
}
