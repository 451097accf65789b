import type { Call } from '@rustic-ai/kernel';
import type { ToolResult, Workspace } from '@rustic-ai/kernel/contracts';
import { type Asked, commandOf } from './line.js';
import { createLive } from './live.js';
import type { Outputs } from './outputs.js';
import { resultOf } from './result.js';

export interface RunInput extends Asked {
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly stdin?: string;
}

/** Runs a command and waits for it. What the model is not given of its output is kept, by reference. */
export async function run(
  { cwd, timeoutMs: timeLimitMs = 120_000, stdin, ...asked }: RunInput,
  call: Call,
  parts: { readonly workspace: Workspace; readonly outputs: Outputs; readonly maxBytes: number },
): Promise<ToolResult> {
  const { workspace, outputs, maxBytes } = parts;
  const output = outputs.open(call.origin.session);
  const live = createLive((progress) => call.report(progress));
  try {
    const ran = await workspace.exec(commandOf(asked), {
      timeLimitMs,
      maxBytes,
      signal: call.signal,
      onOutput(chunk) {
        output.add(chunk.text);
        live(chunk);
      },
      ...(cwd !== undefined && { cwd }),
      ...(stdin !== undefined && { stdin }),
      ...(asked.env && { env: asked.env }),
    });
    return resultOf(ran, timeLimitMs, ran.truncatedBytes > 0 ? output.keep() : undefined);
  } finally {
    output.drop();
  }
}
