import type { Call, Frontend, FrontendRequest } from '@rustic-ai/kernel/contracts';
import { converse } from './interactive.js';
import { report } from './machine.js';
import { createRenderer } from './render.js';
import { createWriter } from './streams.js';
import { styleFor } from './style.js';
import { agentRequest, type Terminal } from './terminal.js';
import { showRun } from './turn.js';

/** The answer on stdout, everything else on stderr. */
async function once(terminal: Terminal, request: FrontendRequest, call: Call) {
  const { streams, host, desk, approver } = terminal;
  const { agent } = request;
  const style = styleFor(streams.stderr, host);
  const writer = createWriter(streams.stdout, streams.stderr);
  const leave = desk.take({ ...desk.seat, hold: writer.hold, release: writer.release });
  try {
    const live = Boolean(streams.stdout.isTTY);
    const renderer = createRenderer({ style, live, wasShown: approver.wasShown });
    const { signal } = call;
    return await showRun(() => terminal.invoke(agent, agentRequest(request), call, signal), renderer, {
      writer,
      style,
      signal,
    });
  } finally {
    leave();
    await writer.flushed();
  }
}

/** The terminal as a frontend. */
export const createFrontend = (terminal: Terminal): Frontend => ({
  run(request, call) {
    if (request.output && request.output !== 'text') return report(terminal, request, call);
    return (request.mode === 'once' ? once : converse)(terminal, request, call);
  },
});
