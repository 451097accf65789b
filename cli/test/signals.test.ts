import { describe, expect, it } from 'vitest';
import { createProject, lastSession, type Project, resultsOf } from './project.js';

const slow = [
  { when: 'long', say: 'I look first.', calls: [{ tool: 'fs_list' }] },
  { when: 'long', say: 'This takes for ever.', delayMs: 600_000 },
  { say: 'Still here.' },
];
/** Starts a run and waits until its turn is well under way. */
async function underWay(project: Project, prompt = 'a long one', mark = '✓ fs_list') {
  const running = project.start(['run', prompt]);
  running.child.stdin?.end();
  await running.seen(mark);
  return {
    ...running,
    async after(...signals: NodeJS.Signals[]) {
      const sentMs = performance.now();
      for (const signal of signals) running.child.kill(signal);
      const ran = await running.ended;
      return { ...ran, ms: performance.now() - sentMs };
    },
  };
}

describe('a signal during a turn', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const)('%s interrupts it and ends with %i; the session is whole and goes on', async (signal, expected) => {
    const project = await createProject({ turns: slow, locked: true });
    const running = await underWay(project);
    const { code, stdout, stderr, ms } = await running.after(signal);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(/^✗ interrupted$/m);
    expect(stderr).not.toContain('RUSTIC_');
    expect(ms).toBeLessThan(1_500);
    const { messages } = await lastSession(project);
    expect(messages.map(({ role }) => role).slice(0, 3)).toEqual(['user', 'assistant', 'tool']);
    expect(await project.rustic('run', '-c', 'hi')).toMatchObject({ code: 0, stdout: 'Still here.\n' });
  });

  it('ends a command that runs, with everything it started', async () => {
    const command = 'echo started; (sleep 600 & echo $! > child.txt; wait)';
    const project = await createProject({
      turns: [{ calls: [{ tool: 'shell_run', id: 'sleep', input: { command } }] }, { say: 'No.' }],
      answers: [{ answer: 'once' }],
      locked: true,
    });
    const running = project.start(['run', 'sleep']);
    running.child.stdin?.end();
    await running.seen('allowed (once)');
    const child = await appears(() => Number(project.read('child.txt')));
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130, stdout: '' });
    await appears(() => !isAlive(child));
    const [result] = await resultsOf(project);
    expect(result).toMatchObject({ id: 'sleep', error: { code: 'RUSTIC_OPERATION_ABORTED' } });
  });

  const stubborn = {
    name: 'acme-stubborn',
    manifest: {
      id: 'stubborn',
      contributes: {
        tool: { stay: { summary: 'Stays', effects: { kind: 'none', idempotent: true, openWorld: false } } },
      },
    },
    code: `export default { setup({ own }) {
      own(() => new Promise((done) => setTimeout(done, 600_000)));
      return { tool: { stay: { run: () => ({ parts: [] }) } } };
    } };`,
  };
  const staying = [{ calls: [{ tool: 'stay' }] }, { say: 'This takes for ever.', delayMs: 600_000 }];

  it('ends the process in about a second even if a plugin does not let go', async () => {
    const project = await createProject({ turns: staying, written: [stubborn], locked: true });
    const { code, ms } = await (await underWay(project, 'stay', '✓ stay')).after('SIGINT');
    expect(code).toBe(130);
    expect(ms).toBeLessThan(2_000);
    expect((await lastSession(project)).messages).toHaveLength(3);
  });

  it('ends the process at once when it comes twice', async () => {
    const project = await createProject({ turns: staying, written: [stubborn], locked: true });
    const running = await underWay(project, 'stay', '✓ stay');
    running.child.kill('SIGINT');
    await running.seen('✗ interrupted');
    const { code, ms } = await running.after('SIGINT');
    expect(code).toBe(130);
    expect(ms).toBeLessThan(500);
  });
});

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The first value that is there and true. */
async function appears<T>(look: () => T): Promise<T> {
  for (;;) {
    try {
      const value = look();
      if (value) return value;
    } catch {
      // Not there yet.
    }
    await new Promise((done) => setTimeout(done, 10));
  }
}
