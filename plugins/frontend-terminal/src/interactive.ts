import { type Call, type FrontendRequest, visibleLine } from '@rustic-ai/kernel/contracts';
import { createPrompt } from './prompt.js';
import { createRenderer } from './render.js';
import { createWriter } from './streams.js';
import { styleFor } from './style.js';
import { agentRequest, type Terminal } from './terminal.js';
import { showRun, type TurnResult } from './turn.js';

const help = `/help     this list
/session  the id of this session
/new      begin a new session
/quit     leave; so does Ctrl+D on an empty line
Ctrl+C interrupts a running turn, clears a line, and on an empty line leaves when pressed twice.
`;

/** One prompt after the other, in one session, until the person leaves. */
export async function converse(terminal: Terminal, request: FrontendRequest, call: Call): Promise<TurnResult> {
  const { streams, host, desk, approver, invoke } = terminal;
  const { agent, session: resumed, prompt: given, ...settings } = request;
  const style = styleFor(streams.stdout, host);
  const prompt = createPrompt(streams, style.strong('› '), host);
  const writer = createWriter(streams.stdout, streams.stdout);
  const tell = (text: string) => writer.write([{ to: 'notes', text }]);
  const leave = desk.take({
    ...writer,
    show: (text) => void streams.stdout.write(prompt.typing ? `\n${text}` : text),
    ask: prompt.ask,
  });
  let session = resumed;
  let first = given;

  async function turn(text: string) {
    const controller = new AbortController();
    prompt.onInterrupt(() => controller.abort());
    const input = agentRequest({ ...settings, prompt: text, ...(session !== undefined && { session }) });
    const renderer = createRenderer({ style, live: true, wasShown: approver.wasShown });
    const signal = AbortSignal.any([call.signal, controller.signal]);
    const done = await showRun(() => invoke(agent, input, call, signal), renderer, { writer, style, signal });
    session = done.session ?? session;
    prompt.onInterrupt(undefined);
  }
  const commands = new Map([
    ['/help', () => tell(help)],
    ['/session', () => tell(`${session === undefined ? 'There is no session yet.' : visibleLine(session)}\n`)],
    [
      '/new',
      () => {
        session = undefined;
        tell('The next prompt begins a new session.\n');
      },
    ],
  ]);

  try {
    for (;;) {
      const line = first ?? (await prompt.next(call.signal));
      first = undefined;
      if (line === undefined) {
        if (streams.stdout.isTTY) streams.stdout.write('\n');
        break;
      }
      const text = line.trim();
      const [name] = /^\/[a-z]+(?=\s|$)/.exec(text) ?? [];
      if (name === '/quit') break;
      if (name !== undefined) (commands.get(name) ?? (() => tell(`There is no command ${name}. Try /help\n`)))();
      else if (text !== '') await turn(text);
    }
    return { exitCode: call.signal.aborted ? 130 : 0, ...(session !== undefined && { session }) };
  } finally {
    leave();
    prompt.close();
    await writer.flushed();
  }
}
