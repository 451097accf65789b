import { once } from 'node:events';
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyPlugin } from '@rustic-ai/kernel';
import type { RunEventBody } from '@rustic-ai/kernel/contracts';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import terminal from '@rustic-ai/plugin-frontend-terminal';
import { describe, expect, it } from 'vitest';
import {
  ask,
  completed,
  createStreams,
  createTerminal,
  echo,
  event,
  message,
  playing,
  startDrawn as start,
  temporaryFolder,
  usage,
} from './helper.js';

const escape = '\u001b';
/** A message that comes in these pieces. */
const inPieces = (...pieces: readonly string[]): RunEventBody[] => [
  { type: 'item.started', item: { type: 'agent_message', id: 'p', text: '' } },
  ...pieces.map((text) => ({ type: 'item.delta', id: 'p', text }) as const),
  { type: 'item.completed', item: { type: 'agent_message', id: 'p', text: pieces.join('') } },
];
/** A plugin with one service that does not start. */
const broken = (service: string): AnyPlugin => ({
  manifest: async () => ({
    default: { apiVersion: 1, id: 'broken-test', contributes: { service: { [service]: { summary: 'Never starts' } } } },
  }),
  setup() {
    throw new Error('it does not start');
  },
});

describe('what a model says, at its edges', () => {
  it.each([
    ['quotes', '>'.repeat(10_000)],
    ['quotes that only fit the stack while they are read', '>'.repeat(1_500)],
    ['lists', '+ '.repeat(8_000)],
    ['stresses', `${'*_'.repeat(3_000)}a${'_*'.repeat(3_000)}`],
  ])('does not end the conversation by %s within each other', async (_, nested) => {
    const { type, seen, streams, result } = await start(async function* ({ prompt }) {
      const said = prompt === 'go' ? inPieces(nested, '\n\nAnd', ' on.\n') : message('b', 'Still here.');
      for (const body of said) {
        yield event(body);
        // A frame is drawn of what is not finished.
        await once(streams.stdout, 'data');
      }
      yield event(completed());
    });
    type('go\r');
    await seen('And on.');
    type('more\r');
    await seen('Still here.');
    type('\u0004');
    expect(await result).toMatchObject({ exitCode: 0 });
  });

  it('has line ends of two characters, also where they come one by one', async () => {
    const run = playing([...inPieces('one\r\n\r\ntwo\r', '\n\r\nthree\r', '\n'), completed()]);
    const { type, seen, written, result } = await start(run);
    type('go\r');
    await seen('three');
    type('\u0004');
    await result;
    expect(written.stdout).not.toContain('^M');
  });

  it('has whole characters and line ends on stdout, however they are cut', async () => {
    const { streams, written } = createStreams({ tty: true });
    const said = inPieces('A \ud83d', '\ude00\r', '\nB\r', ' C \ud83d');
    const { frontend, kernel } = await createTerminal(streams, playing([...said, completed()]));
    await frontend.run({ mode: 'once', prompt: 'Hi' }, kernel.call());
    await kernel.dispose();
    expect(written.stdout).toBe('A \u{1f600}\nB^M C \\u{d83d}\n');
  });

  it('shows the end of a thought in wide characters', async () => {
    const text = `${'\u6f22'.repeat(60)}\u7d42`;
    const { type, seen, result } = await start(
      async function* (_, { signal }) {
        yield event({ type: 'item.started', item: { type: 'reasoning', id: 'r', text: '' } });
        yield event({ type: 'item.delta', id: 'r', text });
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        yield event({ type: 'turn.interrupted', usage });
      },
      { columns: 20 },
    );
    type('go\r');
    await seen('\u6f22\u7d42');
    type('\u0003');
    await seen('interrupted');
    type('\u0004');
    await result;
  });
});

describe('what is typed and pasted, at its edges', () => {
  it('takes a paste whole wherever its marks are cut', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run);
    const begin = `${escape}[200~`;
    const end = `${escape}[201~`;
    const text = `a${escape}[57414u${escape}[27;5;99~b`;
    for (let cut = 1; cut < begin.length; cut++) {
      for (const piece of [begin.slice(0, cut), `${begin.slice(cut)}${text}${end.slice(0, cut)}`, end.slice(cut)]) {
        type(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    type('!\r');
    await seen('Heard.');
    type('\u0004');
    await result;
    expect(requests).toEqual([`${text.repeat(begin.length - 1)}!`]);
  });

  it('writes nothing for a shortcut in another script', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run);
    // Ctrl and the Cyrillic letter on the key of C, as kitty tells it.
    type(`a${escape}[1089;5ub\r`);
    await seen('Heard.');
    type('\u0004');
    await result;
    expect(requests).toEqual(['ab']);
  });

  it('erases what a reader takes for one character', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run);
    type('a');
    for (const part of ['\u{1f468}', '\u200d', '\u{1f469}', '\u200d', '\u{1f467}', '\u007f', 'e', '\u0301', 'x', '\r'])
      type(part);
    await seen('Heard.');
    type('\u0004');
    await result;
    expect(requests).toEqual(['ae\u0301x']);
  });

  it('keeps the history when a file was pasted', async () => {
    const { requests, run } = echo();
    const state = await temporaryFolder();
    const talk = async (text: string) => {
      const { type, seen, result } = await start(run, { state });
      type(`${text}\r`);
      await seen('Heard.');
      type('\u0004');
      await result;
    };
    await talk('early');
    await talk(`${escape}[200~${'long '.repeat(250_000)}${escape}[201~`);
    await talk(`${escape}[A`);
    // Also where an earlier version kept it.
    const [name = ''] = await readdir(join(state, 'history'));
    await appendFile(join(state, 'history', name), `${JSON.stringify('x'.repeat(1_100_000))}\n`);
    await talk(`${escape}[A`);
    expect(requests.map((prompt) => String(prompt).length)).toEqual([5, 1_249_999, 5, 5]);
  });

  it('sends nothing of a paste into a choice to the terminal', async () => {
    const { type, seen, written, result } = await start(echo().run);
    type('/agent\r');
    await seen('Which agent?');
    type(`${escape}[200~${escape}]0;title${escape}[201~`);
    await seen('^[]0;title');
    type('\u0003');
    await seen('new session');
    type('\u0004');
    await result;
    expect(written.stdout).not.toContain(`${escape}]0;`);
  });

  it('goes on where files can not be completed', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run, { plugins: [broken('workspace')] });
    type('see @a\t');
    await seen('see @a');
    type('\u0015ok\r');
    await seen('Heard.');
    type('\u0004');
    await result;
    expect(requests).toEqual(['ok']);
  });
});

describe('a question, at its edges', () => {
  it('is withdrawn while it waits behind another', async () => {
    const { streams, seen, written, type } = createStreams({ tty: true });
    const { approver, kernel } = await createTerminal(streams, playing([]));
    const first = approver.ask({ ...ask, name: 'first' }, new AbortController().signal);
    const controller = new AbortController();
    const second = approver.ask({ ...ask, name: 'second' }, controller.signal);
    await seen('with a message', 'stderr');
    controller.abort();
    expect(await second).toEqual({ outcome: 'deny', message: 'The question was withdrawn.' });
    type('y\n');
    expect(await first).toEqual({ outcome: 'once' });
    await kernel.dispose();
    expect(written.stderr).not.toContain('second of');
  });

  it('is denied when the input of a drawn terminal ends, and so is the next', async () => {
    const answers: unknown[] = [];
    const { type, seen, streams, result } = await start(async function* (_, { signal, approver }) {
      for (const name of ['first', 'second']) answers.push(await approver.ask({ ...ask, name }, signal));
      yield event(completed());
    });
    type('go\r');
    await seen('y once');
    streams.stdin.end();
    expect(await result).toMatchObject({ exitCode: 0 });
    const unanswered = { outcome: 'deny', message: 'The question was not answered.' };
    expect(answers).toEqual([unanswered, unanswered]);
  });
});

describe('what is said to a turn, at its edges', () => {
  it('is asked after it where nobody can be told', async () => {
    const requests: unknown[] = [];
    let finish = () => {};
    const { type, seen, result } = await start(
      async function* ({ prompt }) {
        requests.push(prompt);
        yield event({ type: 'turn.started' });
        if (requests.length === 1) await new Promise<void>((resolve) => (finish = resolve));
        for (const body of [...message('a', 'Heard.'), completed()]) yield event(body);
      },
      { plugins: [broken('steering')] },
    );
    type('go\r');
    await seen('working');
    type('also\r');
    await seen('\u21b3 also');
    finish();
    await seen('Heard.');
    await seen('Heard.');
    type('\u0004');
    await result;
    expect(requests).toEqual(['go', 'also']);
  });
});

describe('what there is to choose, line by line', () => {
  it('is shown, not obeyed', async () => {
    const { streams, type, seen, written } = createStreams({ tty: true });
    const sly: AnyPlugin = {
      manifest: async () => ({
        default: { apiVersion: 1, id: 'sly-test', contributes: { agent: { sly: { summary: `Fine.${escape}[2J` } } } },
      }),
      setup: () => ({}),
    };
    const host = { env: () => ({ TERM: 'dumb' }), streams };
    const kernel = await createTestKernel({ plugins: [terminal, sly], ownApprover: true, host });
    const frontend = await kernel.service('frontend');
    const result = frontend.run({ mode: 'interactive' }, kernel.call()).finally(() => kernel.dispose());
    await seen('\u203a ');
    type('/agent\r');
    await seen('1. sly  Fine.^[[2J\n');
    await seen('A number, or nothing');
    type('\r');
    await seen('\u203a ');
    type('/quit\r');
    await result;
    expect(written.stdout).not.toContain(`${escape}[2J`);
  });
});
