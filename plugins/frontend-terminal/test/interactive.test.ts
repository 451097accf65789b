import type { FrontendRequest } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { ask, completed, createStreams, createTerminal, event, message, type Run, usage } from './helper.js';

const ctrlC = '\u0003';
const ctrlD = '\u0004';
const up = '\u001b[A';

async function start(run: Run, more: Partial<FrontendRequest> = {}, tty = true) {
  const terminal = createStreams({ tty });
  const clock = { nowMs: 0 };
  const { frontend, kernel } = await createTerminal(terminal.streams, run, { clock });
  const controller = new AbortController();
  const running = frontend.run({ mode: 'interactive', ...more }, kernel.call({}, controller.signal));
  const result = running.finally(() => kernel.dispose());
  return { ...terminal, clock, result, cancel: () => controller.abort() };
}
/** Answers with the prompt; the first run of a session names it. */
function echo() {
  const requests: unknown[] = [];
  let sessions = 0;
  const run: Run = async function* (request) {
    requests.push(request);
    const session = request.session ?? `s-${++sessions}`;
    for (const body of [...message('a', `You said ${String(request.prompt)}.`), completed()])
      yield event(body, session);
  };
  return { requests, run };
}

describe('the interactive mode', () => {
  it('keeps one session over several prompts, until a new one is asked for', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run);
    await seen('› ');
    for (const [line, expected] of [
      ['/session', 'There is no session yet.'],
      ['one', 'You said one.'],
      ['', '› '],
      ['two', 'session s-1 · tokens 12 in, 34 out'],
      ['/session', 's-1\n'],
      ['/new', 'The next prompt begins a new session.'],
      ['/etc/hosts is what?', 'You said /etc/hosts is what?.'],
      ['/nope', 'There is no command /nope. Try /help'],
      ['/sesion', 'There is no command /sesion. Did you mean /session?'],
      ['/help', 'leave; so does Ctrl+D on an empty line'],
    ] as const) {
      type(`${line}\r`);
      await seen(expected);
    }
    type('/quit\r');
    expect(await result).toEqual({ exitCode: 0, session: 's-2' });
    expect(requests).toEqual([{ prompt: 'one' }, { prompt: 'two', session: 's-1' }, { prompt: '/etc/hosts is what?' }]);
  });

  it('begins with the prompt and the session it is given', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run, { prompt: 'first', session: 's-9', model: 'm' });
    await seen('You said first.');
    await seen('› ');
    type(ctrlD);
    expect(await result).toEqual({ exitCode: 0, session: 's-9' });
    expect(requests).toEqual([{ prompt: 'first', session: 's-9', model: 'm' }]);
  });

  it('interrupts the running turn on Ctrl+C and returns to the prompt', async () => {
    const { type, seen, result } = await start(async function* (_, { signal }) {
      const [started, delta] = message('a', 'Working');
      yield event(started!);
      yield event(delta!);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield event({ type: 'turn.interrupted', usage });
      yield event(completed({ status: 'interrupted', exitCode: 130 }));
    });
    await seen('› ');
    type('go\r');
    await seen('Wor');
    type(ctrlC);
    await seen('\n✗ interrupted\n');
    await seen('› ');
    type(ctrlD);
    expect(await result).toEqual({ exitCode: 0, session: 's-1' });
  });

  it('clears the line on Ctrl+C, and leaves when it is pressed twice on an empty one', async () => {
    const { requests, run } = echo();
    const { type, seen, clock, result } = await start(run);
    await seen('› ');
    type('half a thought');
    await seen('half a thought');
    type(ctrlC);
    type('kept\r');
    await seen('You said kept.');
    await seen('› ');
    type(ctrlC);
    await seen('press Ctrl+C again to exit\n');
    clock.nowMs = 2_001;
    type(ctrlC);
    await seen('press Ctrl+C again to exit\n');
    clock.nowMs = 4_001;
    type(ctrlC);
    expect((await result).exitCode).toBe(0);
    expect(requests).toEqual([{ prompt: 'kept' }]);
  });

  it('puts questions on the same line editor, keeps what was begun, and keeps answers out of the history', async () => {
    const requests: unknown[] = [];
    let begun: () => void = () => {};
    const asked = new Promise<void>((resolve) => (begun = resolve));
    const { type, seen, result } = await start(async function* (request, { approver, signal }) {
      requests.push(request.prompt);
      if (request.prompt === 'go') {
        yield event({ type: 'turn.started' });
        await asked;
        const answer = await approver.ask(ask, signal);
        yield event({ type: 'permission.decided', id: 'p', answer, by: 'person' });
      }
      yield event(completed());
    });
    await seen('› ');
    type('go\r');
    type('ye');
    await seen('ye');
    begun();
    await seen('e no, with a message [n] ');
    type('y\r');
    await seen('allowed (once) by person');
    await seen('› ');
    await seen('ye');
    type('s\r');
    await seen('session s-1');
    await seen('› ');
    type(`${up}${up}\r`);
    await seen('e no, with a message [n] ');
    type('n\r');
    await seen('denied by person');
    await seen('session s-1');
    type(ctrlD);
    await result;
    expect(requests).toEqual(['go', 'yes', 'go']);
  });

  it('takes lines from a pipe one after the other and ends with it', async () => {
    const { requests, run } = echo();
    const { streams, written, result } = await start(run, {}, false);
    streams.stdin.end('one\n\ntwo\n');
    expect(await result).toEqual({ exitCode: 0, session: 's-1' });
    expect(requests).toEqual([{ prompt: 'one' }, { prompt: 'two', session: 's-1' }]);
    expect(written.stdout).toMatch(/^You said one\.\nsession .*\nYou said two\.\nsession .*\n$/);
  });

  it('ends with 130 when its call is cancelled while it waits', async () => {
    const { seen, result, cancel } = await start(echo().run);
    await seen('› ');
    cancel();
    expect(await result).toEqual({ exitCode: 130 });
  });
});
