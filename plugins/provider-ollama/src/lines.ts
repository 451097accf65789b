import { modelError, VendorRefusal } from '@rustic-ai/kernel/contracts';

/** What every line may say, whatever it is about. */
interface Said {
  readonly error?: unknown;
  readonly done?: boolean;
  readonly status?: string;
}

/**
 * The lines of a streamed answer, parsed, as many together as arrived together. They are read here because the SDK leaves
 * out what is no JSON with a note on the terminal, and gives no code to an error of the server and to an early end.
 *
 * Shape: every line is an object; the last one has `done` or the status `success`.
 * Throws: `VendorRefusal` for an error of the server; `RUSTIC_MODEL_STREAM_INVALID`, `RUSTIC_MODEL_STREAM_INCOMPLETE`.
 */
export async function* readLines<Line extends object>({ body, headers }: Response): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let heard = false;
  let ended = false;
  let failure: unknown;
  /** What came before a line that is wrong still counts. */
  const read = (text: string): readonly Line[] => {
    const lines: Said[] = [];
    try {
      for (const line of text.split('\n')) {
        if (line.trim() === '') continue;
        const said = parsed(line);
        if (said.error !== undefined) throw new VendorRefusal(500, headers, said);
        ended ||= said.done === true || said.status === 'success';
        lines.push(said);
      }
    } catch (error) {
      failure = error;
    }
    heard ||= lines.length > 0;
    return lines as readonly object[] as readonly Line[];
  };
  for await (const piece of body ?? []) {
    const text = decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf('\n');
    if (end >= 0) yield read(rest + text.slice(0, end));
    if (failure) throw failure;
    rest = end >= 0 ? text.slice(end + 1) : rest + text;
  }
  yield read(rest + decoder.decode());
  if (failure) throw failure;
  if (!heard) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it had no line' });
  if (!ended) throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
}

function parsed(line: string): Said {
  try {
    const said: unknown = JSON.parse(line);
    if (typeof said === 'object' && said !== null) return said;
  } catch {
    // Said below.
  }
  throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: `a line is no JSON: ${line.slice(0, 100)}` });
}
