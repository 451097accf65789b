import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completed, echo, event, message, startDrawn as start, temporaryFolder, toolCall, usage } from './helper.js';

const escape = '\u001b';
const control = new RegExp(`${escape}\\[[0-9;?><]*[a-zA-Z]`, 'g');
/** What was written, without what only moves, colours or clears. */
const plain = (text: string) => text.replaceAll(control, '');

describe('a terminal that is drawn on', () => {
  it('is asked for brackets around pastes and for keys told apart, and left as it was', async () => {
    const { type, written, modes, result } = await start(echo().run);
    expect(modes).toEqual([true]);
    expect(written.stdout).toContain(`${escape}[?2004h`);
    type('\u0004');
    expect(await result).toEqual({ exitCode: 0 });
    expect(modes).toEqual([true, false]);
    expect(written.stdout.endsWith(`${escape}[>4;0m${escape}[<u${escape}[?2004l`)).toBe(true);
  });

  it('reads keys in each form in which terminals send them', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run);
    // Letters, then Ctrl+A, Ctrl+E, Backspace and Alt+Enter as kitty tells them, Shift+Enter as xterm does, and Enter.
    type(`bc${escape}[97;5ua${escape}[101;5ux${escape}[127;1u${escape}[13;3u2${escape}[27;2;13~3${escape}[57414u`);
    await seen('Heard.');
    type(`${escape}[99;5u`);
    await seen('press Ctrl+C again to exit');
    type(`${escape}[99;5u`);
    await result;
    expect(requests).toEqual(['abc\n2\n3']);
  });

  it('takes a paste as one, whatever is in it and however it arrives', async () => {
    const { requests, run } = echo();
    const { type, seen, result } = await start(run);
    const pasted = `${escape}[200~one\r\ntwo\u0003${escape}[A three${escape}[201~!`;
    for (const piece of [pasted.slice(0, 4), pasted.slice(4, 20), pasted.slice(20, 40), pasted.slice(40)]) type(piece);
    await seen('three!');
    type('\r');
    await seen('Heard.');
    type('\u0004');
    await result;
    expect(requests).toEqual([`one\ntwo\u0003${escape}[A three!`]);
  });

  it('writes no more of an answer than what changed', async () => {
    const pieces = Array.from({ length: 400 }, (_, index) => `word${index} `);
    const text = pieces.join('');
    const { type, seen, written, result } = await start(async function* () {
      yield event({ type: 'item.started', item: { type: 'agent_message', id: 'a', text: '' } });
      for (const piece of pieces) {
        yield event({ type: 'item.delta', id: 'a', text: piece });
        await new Promise((resolve) => setImmediate(resolve));
      }
      yield event({ type: 'item.completed', item: { type: 'agent_message', id: 'a', text } });
      yield event(completed());
    });
    const before = written.stdout.length;
    type('go\r');
    await seen('word399');
    type('\u0004');
    await result;
    // Drawing the whole of what is live for each piece would take over half a million characters.
    expect(written.stdout.length - before).toBeLessThan(40 * text.length);
    expect(plain(written.stdout)).toContain('word0 word1 word2');
  });

  it('tells a table that does not fit row by row', async () => {
    const table = '| name | meaning | more |\n|-|-|-|\n| a | some long text of it | even more text that is long |\n';
    const { type, seen, written, result } = await start(
      async function* () {
        for (const body of [...message('a', table), completed()]) yield event(body);
      },
      { columns: 16 },
    );
    type('go\r');
    await seen('meaning');
    await seen('more:');
    type('\u0004');
    await result;
    expect(plain(written.stdout)).toContain(
      'name: a\nmeaning: some\nlong text of it\nmore: even more\ntext that is\nlong',
    );
  });

  it('shows what came before an interruption, and a failure with its code', async () => {
    const { type, seen, result } = await start(async function* (request, { signal }) {
      const [started, delta] = message('a', 'Working on it');
      yield event(started!);
      yield event(delta!);
      yield event({
        type: 'item.started',
        item: toolCall({ id: 't', status: 'in_progress', input: { path: 'a.ts' } }),
      });
      if (request.prompt === 'fail') throw new Error('it fell');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield event({ type: 'turn.interrupted', usage });
      yield event(completed({ status: 'interrupted', exitCode: 130 }));
    });
    type('go\r');
    await seen('fs_read path: a.ts');
    type('\u0003');
    await seen('✗ interrupted');
    type('fail\r');
    await seen('✗ The run failed');
    await seen('it fell');
    type('\u0004');
    expect(await result).toMatchObject({ exitCode: 0 });
  });

  it('is interrupted, and has not failed, when its agent was not even there yet', async () => {
    const { type, seen, written, result } = await start(async function* (_, { signal }) {
      await new Promise<void>((_done, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      yield event(completed());
    });
    type('go\r');
    await seen('working');
    type('\u0003');
    await seen('✗ interrupted');
    type('\u0004');
    expect(await result).toEqual({ exitCode: 0 });
    expect(written.stdout).not.toContain('failed');
  });

  it('folds a long change and shows all of it on demand', async () => {
    const diff = Array.from({ length: 40 }, (_, index) => `+line ${index}`).join('\n');
    const { type, seen, written, result } = await start(async function* () {
      yield event({ type: 'item.completed', item: { type: 'file_change', id: 'f', path: 'a.ts', diff } });
      yield event(completed());
    });
    type('go\r');
    await seen('more lines (Ctrl+O shows them)');
    expect(written.stdout).not.toContain('+line 39');
    type('\u000f');
    await seen('+line 39');
    type('\u0004');
    await result;
  });

  it('keeps a bounded history, and reads past what somebody spoilt', async () => {
    const { requests, run } = echo();
    const state = await temporaryFolder();
    const first = await start(run, { state });
    first.type('begun\r');
    await first.seen('Heard.');
    first.type('\u0004');
    await first.result;
    const [name = ''] = await readdir(join(state, 'history'));
    const file = join(state, 'history', name);
    const entries = Array.from({ length: 2_500 }, (_, index) => JSON.stringify(`entry ${index}`));
    await writeFile(file, `${entries.join('\n')}\n{"no": "entry"}\nnot JSON\n`);
    const { type, seen, result } = await start(run, { state });
    type('\u001b[A');
    await seen('entry 2499');
    type('\r');
    await seen('Heard.');
    type('last\r');
    await seen('Heard.');
    type('\u0004');
    await result;
    const kept = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect([kept.length, kept[0], ...kept.slice(-2)]).toEqual([1_001, '"entry 1500"', '"entry 2499"', '"last"']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(requests).toEqual(['begun', 'entry 2499', 'last']);
  });

  it('ends with 130 when its call is cancelled, and with its input', async () => {
    const cancelled = await start(echo().run);
    cancelled.cancel();
    expect(await cancelled.result).toEqual({ exitCode: 130 });
    const ended = await start(echo().run);
    ended.streams.stdin.end();
    expect(await ended.result).toEqual({ exitCode: 0 });
  });
});
