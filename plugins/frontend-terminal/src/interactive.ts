import type { Call, FrontendRequest } from '@rustic-ai/kernel/contracts';
import { historyFile, openHistory } from './editor/history.js';
import { createScreen } from './screen/screen.js';
import { styleFor } from './style.js';
import type { SurfaceOptions } from './talk/surface.js';
import { talk } from './talk/conversation.js';
import { createPlain } from './talk/plain.js';
import type { Terminal } from './terminal.js';
import type { TurnResult } from './turn.js';

/** One prompt after the other, until the person leaves: drawn on a terminal that can be drawn on, else line by line. */
export async function converse(terminal: Terminal, request: FrontendRequest, call: Call): Promise<TurnResult> {
  const { streams, host, approver } = terminal;
  const { plain = false, last } = request;
  const isTerminal = Boolean(streams.stdin.isTTY && streams.stdout.isTTY);
  const style = styleFor(streams.stdout, host, { plain });
  const { TERM } = host.env(['TERM']);
  const drawn = isTerminal && !plain && TERM !== undefined && TERM !== '' && TERM !== 'dumb';
  const open = async (options: SurfaceOptions) => {
    const common = { ...options, streams, host, style, wasShown: approver.wasShown };
    if (!drawn) return createPlain(common);
    return createScreen({ ...common, ...(last && { last }), history: await openHistory(historyFile(host.folders)) });
  };
  return talk(terminal, request, call, open);
}
