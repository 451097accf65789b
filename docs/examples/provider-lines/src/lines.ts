/** What a line of an answer says. Source: the vendor's documentation goes here, with its date. */
export interface Line {
  readonly model?: string;
  readonly text?: string;
  readonly call?: { readonly id: string; readonly name: string; readonly input: string };
  readonly error?: { readonly status: number; readonly message: string };
  readonly end?: 'stop' | 'length';
  readonly tokens?: { readonly in: number; readonly out: number };
}

/** The lines of an answer, however its bytes are cut. Throws: what is no JSON. */
export async function* readLines({ body }: Response): AsyncGenerator<Line> {
  // It takes off a byte order mark, and keeps a character that comes in two pieces.
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body ?? []) {
    const lines = `${rest}${decoder.decode(piece, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) yield JSON.parse(line) as Line;
  }
  if (rest.trim()) yield JSON.parse(rest) as Line;
}
