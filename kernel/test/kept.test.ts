import { createHash } from 'node:crypto';
import type { AuditLog, AuditRow, Grant, Grants, Rule } from '@rustic-ai/kernel';
import type { Answer, HookTraceRow, TapTimes } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { expected, open, plugin, refusal, said, tapping, toolbox } from './plugins.js';

const write = { kind: 'write', idempotent: true, openWorld: false } as const;
/** What is kept, and what goes wrong with keeping it. */
interface Place {
  readonly grants: Grant[];
  readonly rows: AuditRow[];
  readonly traces: HookTraceRow[];
  readonly times: TapTimes[];
  failing?: Error | undefined;
}
const place = (): Place => ({ grants: [], rows: [], traces: [], times: [] });
/** A plugin that keeps grants, the audit log and traces at a place that outlives it. */
function keeper(at: Place) {
  const careful = async () => {
    if (at.failing) throw at.failing;
  };
  const grants: Grants = {
    list: async () => (await careful(), [...at.grants]),
    add: async (grant) => (await careful(), void at.grants.push(grant)),
    revoke: async (id) => at.grants.splice(0, at.grants.length, ...at.grants.filter((one) => one.id !== id)).length > 0,
  };
  const audit: AuditLog = {
    async append(rows) {
      await careful();
      if (rows[0]?.seq !== at.rows.length + 1)
        throw Object.assign(expected('RUSTIC_INTERNAL', { reason: 'busy' }), { code: 'RUSTIC_AUDIT_BUSY' });
      at.rows.push(...rows);
    },
    last: async () => at.rows.at(-1),
    read: async ({ from = 1, limit = 1_000 }) => at.rows.slice(Math.max(0, from - 1)).slice(0, limit),
  };
  const trace = {
    append: async (rows: readonly HookTraceRow[]) => (await careful(), void at.traces.push(...rows)),
    read: async () => at.traces,
    addTimes: async (times: readonly TapTimes[]) => (await careful(), void at.times.push(...times)),
    times: async () => at.times,
  };
  const summary = { summary: 'Keeps' };
  return plugin(
    { id: 'keeper', contributes: { service: { grants: summary, audit: summary, 'hook.trace': summary } } },
    () => ({ service: { grants, audit, 'hook.trace': trace } }),
  );
}
const runs: string[] = [];
const shell = () =>
  toolbox('shell', {
    shell_run: {
      effects: write,
      access: (input) => [{ action: 'exec', resource: (input as { command: string }).command }],
      run: (input) => (runs.push((input as { command: string }).command), said('ran')),
    },
  });
const run = (kernel: Awaited<ReturnType<typeof open>>, command: string, session?: string) =>
  refusal(kernel.use('tool').default.invoke({ command } as never, kernel.call(), session ? { session } : {}));
const opened = (at: Place, answers: readonly Answer[] = [], more: { rules?: readonly Rule[]; now?: number } = {}) =>
  open({
    plugins: [keeper(at), shell()],
    answers: [...answers, { outcome: 'deny' }],
    rules: more.rules ?? [],
    host: { now: () => more.now ?? Date.parse('2026-11-01T00:00:00Z') },
  });

describe('a remembered answer', () => {
  it('outlives the process, bound to plugin, operation, name and pattern', async () => {
    const at = place();
    await run(await opened(at, [{ outcome: 'user' }]), 'npm test');
    expect(at.grants).toMatchObject([
      {
        plugin: 'shell',
        operation: 'tool',
        name: 'shell_run',
        rule: { effect: 'allow', action: 'exec', match: 'npm test' },
        scope: 'user',
        grantedAt: '2026-11-01T00:00:00.000Z',
      },
    ]);
    const later = await opened(at);
    expect(await run(later, 'npm test')).toBeUndefined();
    expect((await run(later, 'npm test -- --watch'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
    expect((await later.audit()).map(({ by }) => by)).toEqual(['person', 'grant', 'person']);
  });

  it('for a project holds in its folder alone, and one for a session in that alone', async () => {
    const at = place();
    const first = await opened(at, [{ outcome: 'project' }, { outcome: 'session' }]);
    await run(first, 'npm test', 's1');
    await run(first, 'npm run lint', 's1');
    expect(at.grants.map(({ scope, within }) => [scope, within])).toEqual([
      ['project', first.workspace],
      ['session', 's1'],
    ]);
    expect(await run(first, 'npm test', 's2')).toBeUndefined();
    expect((await run(first, 'npm run lint', 's2'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
    expect((await run(await opened(at), 'npm test', 's1'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
  });

  it('counts together with rules for the other parts of a line', async () => {
    const at = place();
    const rules: Rule[] = [{ effect: 'allow', action: 'exec', match: 'git status' }];
    const kernel = await opened(at, [{ outcome: 'user' }], { rules });
    await run(kernel, 'npm test');
    expect(await run(kernel, 'git status && npm test')).toBeUndefined();
    expect((await run(kernel, 'git status && npm publish'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
  });

  it('ends at the time it was given for', async () => {
    const at = place();
    await run(await opened(at, [{ outcome: 'user', expires: '2026-11-02T00:00:00Z' }]), 'npm test');
    expect(await run(await opened(at), 'npm test')).toBeUndefined();
    const later = await opened(at, [], { now: Date.parse('2026-11-02T00:00:00Z') });
    expect((await run(later, 'npm test'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
  });

  it('is gone once it is revoked, in a process that runs already', async () => {
    const at = place();
    const kernel = await opened(at, [{ outcome: 'user' }]);
    await run(kernel, 'npm test');
    expect(await run(kernel, 'npm test')).toBeUndefined();
    await (await kernel.service('grants')).revoke(at.grants[0]?.id ?? '');
    expect((await run(kernel, 'npm test'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
  });

  it.each(['ask every time', 'deny'])('never answers %s', async (kind) => {
    const at = place();
    await run(await opened(at, [{ outcome: 'user' }]), 'npm test');
    const stricter: Rule = {
      action: 'exec',
      match: 'npm **',
      ...(kind === 'deny' ? { effect: 'deny' } : { effect: 'ask', every: true }),
    };
    expect((await run(await opened(at, [], { rules: [stricter] }), 'npm test'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
  });

  it('counts once where the store takes nothing, and the failure is told', async () => {
    const at = place();
    const kernel = await opened(at, [{ outcome: 'user' }]);
    await kernel.activate('keeper');
    const keep = at.grants.push;
    at.grants.push = () => {
      throw new Error('read-only');
    };
    expect(await run(kernel, 'npm test')).toBeUndefined();
    at.grants.push = keep;
    const error = expected('RUSTIC_GRANT_NOT_KEPT', { scope: 'user', reason: 'read-only' });
    expect(kernel.logs.map(({ message }) => message)).toEqual([error.message]);
    expect((await run(kernel, 'npm test'))?.code).toBe('RUSTIC_PERMISSION_DENIED');
  });
});

describe('the audit log', () => {
  const allow: readonly Rule[] = [{ effect: 'allow', action: 'exec', match: 'ls' }];

  it('has the row of a change before it runs, and goes on where the last process ended', async () => {
    const at = place();
    for (const round of [1, 2]) {
      const kernel = await opened(at, [], { rules: allow });
      runs.length = 0;
      await run(kernel, 'ls');
      expect([runs, at.rows.length]).toEqual([['ls'], round]);
      await kernel.dispose();
    }
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(at.rows.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(at.rows[1]?.previous).toBe(at.rows[0]?.digest);
    for (const { digest, ...row } of at.rows) expect(digest).toBe(sha256(JSON.stringify(row)));
  });

  it('that takes nothing lets nothing change', async () => {
    const at = place();
    const kernel = await opened(at, [], { rules: allow });
    at.failing = new Error('disk full');
    runs.length = 0;
    expect(await run(kernel, 'ls')).toEqual({ code: 'RUSTIC_AUDIT_UNAVAILABLE', details: { reason: 'disk full' } });
    expect(runs).toEqual([]);
    at.failing = undefined;
    expect(await run(kernel, 'ls')).toBeUndefined();
    expect(at.rows.map(({ seq, decision }) => [seq, decision])).toEqual([
      [1, 'allow'],
      [2, 'allow'],
    ]);
  });

  it('has the rows of calls that only read by the time the kernel is disposed', async () => {
    const at = place();
    const kernel = await open({ plugins: [keeper(at), toolbox('tools', { look: {} })] });
    await kernel.use('tool').default.invoke({} as never, kernel.call());
    expect(at.rows).toEqual([]);
    await kernel.dispose();
    expect(at.rows).toMatchObject([{ name: 'look', decision: 'allow' }]);
  });

  it('takes the rows of two processes in one chain', async () => {
    const at = place();
    const kernels = [await opened(at, [], { rules: allow }), await opened(at, [], { rules: allow })];
    await Promise.all(Array.from({ length: 20 }, (_, index) => run(kernels[index % 2] as (typeof kernels)[0], 'ls')));
    expect(at.rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(at.rows.every((row, index) => index === 0 || row.previous === at.rows[index - 1]?.digest)).toBe(true);
  });
});

describe('the trace of a transform', () => {
  const part = (id: string, text: string) => ({ id, stability: 'turn' as const, text });
  const fire = (kernel: Awaited<ReturnType<typeof open>>) =>
    kernel.hooks.transform(
      'prompt.build',
      { agent: 'main', session: 's1', parts: [part('a', 'one'), part('b', 'two')] },
      { session: 's1', turn: 3 },
    );

  it('names who changed which part, and leaves out who changed nothing', async () => {
    const at = place();
    const kernel = await open({
      plugins: [
        keeper(at),
        tapping('quiet', { 'prompt.build': () => undefined }),
        tapping('same', { 'prompt.build': (prompt) => ({ ...prompt }) }),
        tapping('editor', {
          'prompt.build': (prompt) => ({
            ...prompt,
            parts: prompt.parts.map((one, at) => (at === 1 ? part('b', 'new') : one)),
          }),
        }),
        tapping('adder', { 'prompt.build': (prompt) => ({ ...prompt, parts: [...prompt.parts, part('c', 'x')] }) }),
      ],
    });
    await fire(kernel);
    await kernel.dispose();
    expect(at.traces).toMatchObject([
      { hook: 'prompt.build', plugin: 'editor', session: 's1', turn: 3, path: '/parts/1/text' },
      { hook: 'prompt.build', plugin: 'adder', session: 's1', turn: 3, path: '/parts/2' },
    ]);
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const [edited, added] = at.traces;
    expect([edited?.before, edited?.after]).toEqual([sha256('"two"'), sha256('"new"')]);
    expect(added?.before).toBe(sha256(''));
    expect(edited?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('tells which call a changed result belongs to', async () => {
    const at = place();
    const kernel = await open({
      plugins: [
        keeper(at),
        toolbox('tools', { look: {} }),
        tapping('editor', { 'tool.result': () => said('changed') }),
      ],
    });
    const result = await kernel.use('tool').default.invoke({} as never, kernel.call(), { session: 's1', turn: 1 });
    expect(result).toEqual(said('changed'));
    await kernel.dispose();
    expect(at.traces).toMatchObject([
      { hook: 'tool.result', plugin: 'editor', session: 's1', turn: 1, call: 'call-2', path: '/parts/0/text' },
    ]);
  });

  it('comes with what each tap took, once the kernel is disposed', async () => {
    const at = place();
    const kernel = await open({ plugins: [keeper(at), tapping('editor', { 'prompt.build': () => undefined })] });
    await fire(kernel);
    await fire(kernel);
    await kernel.dispose();
    expect(at.times).toMatchObject([{ hook: 'prompt.build', plugin: 'editor', timed: 2 }]);
  });

  it('that can not be written stops nothing', async () => {
    const at = place();
    const kernel = await open({
      plugins: [keeper(at), tapping('editor', { 'prompt.build': (prompt) => ({ ...prompt, parts: [] }) })],
    });
    await kernel.activate('keeper');
    at.failing = new Error('disk full');
    expect(await fire(kernel)).toMatchObject({ parts: [] });
    at.failing = undefined;
    await kernel.dispose();
    expect(at.traces).toMatchObject([{ plugin: 'editor', path: '/parts' }]);
  });

  it('shows a tap what it was given, frozen, and refuses what is no JSON', async () => {
    const kernel = await open({
      plugins: [
        tapping('mutator', { 'prompt.build': (prompt) => ((prompt.parts as unknown[]).push('x'), prompt) }),
        tapping('odd', { 'prompt.build': (prompt) => ({ ...prompt, parts: () => [] }) as never }),
        tapping('good', { 'prompt.build': (prompt) => ({ ...prompt, agent: 'other' }) }),
      ],
    });
    expect(await fire(kernel)).toMatchObject({ agent: 'other', parts: [{ text: 'one' }, { text: 'two' }] });
    expect(kernel.logs.map(({ plugin: id }) => id)).toEqual(['mutator', 'odd']);
  });
});
