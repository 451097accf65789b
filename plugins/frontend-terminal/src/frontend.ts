import { agentRequestOf, type Call, type Frontend, type FrontendRequest } from '@rustic-ai/kernel/contracts';
import { report } from './machine.js';
import { createRenderer } from './render.js';
import { renderedRun } from './render-view.js';
import { createWriter } from './streams.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import { showRun } from './turn.js';

/** The answer on stdout, everything else on stderr. */
async function once(terminal: Terminal, request: FrontendRequest, call: Call) {
  const { streams, host, desk, approver } = terminal;
  const { agent, plain = false } = request;
  const style = styleFor(streams.stderr, host, { plain });
  const writer = createWriter(streams.stdout, streams.stderr);
  const leave = desk.take({ ...desk.seat, style, hold: writer.hold, release: writer.release });
  try {
    const live = Boolean(streams.stdout.isTTY);
    const renderer = createRenderer({ style, live, wasShown: approver.wasShown });
    const { signal } = call;
    const run = () => terminal.invoke(agent, agentRequestOf(request), call, signal);
    return await showRun(run, renderedRun(renderer, writer, style), signal);
  } finally {
    leave();
    await writer.flushed();
  }
}

/** The terminal as a frontend. */
export const createFrontend = (terminal: Terminal): Frontend => ({
  async run(request, call) {
    if (request.output && request.output !== 'text') return report(terminal, request, call);
    if (request.mode === 'once') return once(terminal, request, call);
    // A single answer needs nothing of what a conversation does.
    return (await import('./interactive.js')).converse(terminal, request, call);
  },
});
