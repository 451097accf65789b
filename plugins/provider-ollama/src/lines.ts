import { modelError, VendorRefusal } from '@rustic-ai/kernel/contracts';

/**
 * Passes on the lines of a streamed answer. What is no JSON breaks it off, an error of the server too, and an end before
 * the last line: the SDK leaves out the first with a note on the terminal, and gives the others no code.
 *
 * Shape: every line is an object; the last one has `done` or the status `success`.
 */
export function wholeLines(answer: Response): Response {
  const { body, headers, status } = answer;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  let lines = 0;
  let ended = false;
  const read = (line: string) => {
    const said = parsed(line);
    if (said.error !== undefined) throw new VendorRefusal(500, headers, said);
    lines++;
    ended ||= said.done === true || said.status === 'success';
    return line;
  };
  const check = (text: string, controller: TransformStreamDefaultController<Uint8Array>) => {
    const whole = text.split('\n').filter((line) => line.trim() !== '');
    if (whole.length > 0) controller.enqueue(encoder.encode(`${whole.map(read).join('\n')}\n`));
  };
  const checked = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      const text = decoder.decode(piece, { stream: true });
      const end = text.lastIndexOf('\n');
      if (end < 0) return void (rest += text);
      check(rest + text.slice(0, end), controller);
      rest = text.slice(end + 1);
    },
    flush(controller) {
      check(rest + decoder.decode(), controller);
      if (lines === 0) throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: 'it had no line' });
      if (!ended) throw modelError('RUSTIC_MODEL_STREAM_INCOMPLETE', { reason: 'it ended without saying why' });
    },
  });
  return new Response(body?.pipeThrough(checked) ?? null, { status, headers });
}

function parsed(line: string): { readonly error?: unknown; readonly done?: unknown; readonly status?: unknown } {
  try {
    const said: unknown = JSON.parse(line);
    if (typeof said === 'object' && said !== null) return said;
  } catch {
    // Said below.
  }
  throw modelError('RUSTIC_MODEL_STREAM_INVALID', { reason: `a line is no JSON: ${line.slice(0, 100)}` });
}
