import { modelError } from '@rustic-ai/kernel/contracts';
import { expect, describe, it } from 'vitest';
import {
  ask,
  completed,
  createStreams,
  createTerminal,
  event,
  message,
  playing,
  type Run,
  toolCall,
} from './helper.js';

async function once(run: Run, { tty = false, agent }: { tty?: boolean; agent?: string } = {}) {
  const { streams, written } = createStreams({ tty });
  const { frontend, kernel } = await createTerminal(streams, run);
  const request = { mode: 'once', prompt: 'Hi', ...(agent !== undefined && { agent }) } as const;
  const result = await frontend.run(request, kernel.call());
  await kernel.dispose();
  return { result, ...written };
}
const footer = 'session s-1 · tokens 12 in, 34 out\n';

describe('a single run', () => {
  it('has the final message on stdout and all else on stderr', async () => {
    const item = toolCall({ kind: 'execute', name: 'shell_run', status: 'in_progress', input: { line: 'ls' } });
    const run = [
      ...message('a', 'First.'),
      { type: 'item.started', item } as const,
      ...message('b', 'Last.\n'),
      completed(),
    ];
    expect(await once(playing(run))).toEqual({
      result: { exitCode: 0, session: 's-1' },
      stdout: 'Last.\n',
      stderr: `First.\n$ shell_run line: ls\n${footer}`,
    });
  });

  it('shows the answer on a terminal while it comes, notes on lines of their own', async () => {
    const [started, delta] = message('a', 'Half of it');
    const { stdout, stderr } = await once(
      playing([started!, delta!, { type: 'turn.interrupted', usage: { inputTokens: 0, outputTokens: 0 } }]),
      {
        tty: true,
      },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'Hal\n', stderr: '✗ interrupted\n' });
  });

  it('hands on prompt, session and model, and the exit code', async () => {
    const { streams } = createStreams({ tty: false });
    const requests: unknown[] = [];
    const { frontend, kernel } = await createTerminal(streams, async function* (request) {
      requests.push(request);
      yield event(completed({ status: 'failed', exitCode: 6 }));
    });
    const request = { mode: 'once', prompt: 'Hi', session: 's-0', agent: 'main', model: 'scripted/scenario' } as const;
    expect(await frontend.run(request, kernel.call())).toEqual({ exitCode: 6, session: 's-1' });
    expect(requests).toEqual([{ prompt: 'Hi', session: 's-0', model: 'scripted/scenario' }]);
    await kernel.dispose();
  });

  it('tells a failure in three lines, and ends with the exit code of its error', async () => {
    const failing: Run = async function* () {
      yield* [];
      throw modelError('RUSTIC_MODEL_IDLE', { limitMs: 5 });
    };
    expect(await once(failing)).toEqual({
      result: { exitCode: 7 },
      stdout: '',
      stderr:
        '✗ The run failed (RUSTIC_MODEL_IDLE)\n  The model sent nothing for 5 ms.\n  Fix: Run it again, or choose another model.\n',
    });
    const unknown = await once(playing([]), { agent: 'nobody' });
    expect(unknown.result).toEqual({ exitCode: 3 });
    expect(unknown.stderr).toContain('RUSTIC_CAPABILITY_NOT_FOUND');
  });

  it('keeps what was said when the run ends without saying so', async () => {
    expect(await once(playing(message('a', 'So far.')))).toEqual({
      result: { exitCode: 1, session: 's-1' },
      stdout: '',
      stderr: 'So far.\n',
    });
  });

  it('ends with 130 when its call is cancelled', async () => {
    const { streams, seen } = createStreams({ tty: true });
    const { frontend, kernel } = await createTerminal(streams, async function* (_, { signal }) {
      const [started, delta] = message('a', 'Working');
      yield event(started!);
      yield event(delta!);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    const controller = new AbortController();
    const running = frontend.run({ mode: 'once', prompt: 'Hi' }, kernel.call({}, controller.signal));
    await seen('Wor');
    controller.abort();
    expect(await running).toEqual({ exitCode: 130, session: 's-1' });
    await kernel.dispose();
  });

  it('holds its output back while a question is open', async () => {
    const { streams, written, seen, type } = createStreams({ tty: true });
    const { frontend, kernel } = await createTerminal(streams, async function* (_, { approver, signal }) {
      const answer = approver.ask(ask, signal);
      await seen('[n] ', 'stderr');
      yield* message('a', 'Meanwhile.').map((body) => event(body));
      expect(written.stdout).toBe('');
      type('y\n');
      yield event({ type: 'permission.requested', id: 'p', ask });
      yield event({ type: 'permission.decided', id: 'p', answer: await answer, by: 'person' });
      yield event(completed());
    });
    await frontend.run({ mode: 'once', prompt: 'Hi' }, kernel.call());
    expect(written.stdout).toBe('Meanwhile.\n');
    expect(written.stderr).toMatch(/^\? Runs a command\n[^?]*\[n\]   allowed \(once\) by person\nsession/);
    await kernel.dispose();
  });
});
