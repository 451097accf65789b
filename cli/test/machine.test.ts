import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { completedOf, createProject, eventsOf, follow, lastSession, resultOf, root } from './project.js';

const stream = ['--output-format', 'stream-json'];
const typesOf = (events: readonly RunEvent[]) => events.map(({ type }) => type);
const write = [
  {
    think: 'A file is needed.',
    say: 'I write it.',
    calls: [{ tool: 'fs_write', input: { path: 'a.txt', content: 'a' } }],
  },
  { say: 'The file is written now, as you asked.' },
];

describe('--json', () => {
  it('prints one object and nothing else', async () => {
    const project = await createProject({ turns: write, answers: [{ answer: 'once' }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'write', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { session } = await lastSession(project);
    expect(resultOf(stdout)).toEqual({
      schema: 'rustic.run-result/1',
      sessionId: session.id,
      status: 'ok',
      exitCode: 0,
      result: 'The file is written now, as you asked.',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number), estimated: true },
      turns: 1,
      durationMs: expect.any(Number),
      permissionDenials: [],
      errors: [],
    });
    expect(await project.rustic('run', 'write', '--output-format', 'json')).toMatchObject({ code: 0, stderr: '' });
  });

  it('names what was refused, and the error that ended it', async () => {
    const error = { code: 'RUSTIC_MODEL_OVERLOADED', message: 'It is too busy.', fix: 'Wait.' };
    const project = await createProject({ turns: [write[0] ?? {}, { say: 'Half an ans', error }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'write', '--json');
    expect({ code, stderr }).toEqual({ code: 7, stderr: '' });
    expect(resultOf(stdout)).toMatchObject({
      status: 'failed',
      exitCode: 7,
      result: 'Half an ans',
      permissionDenials: ['fs_write'],
      errors: [error],
    });
  });
});

describe('--output-format stream-json', () => {
  it('prints every event as a line, from the start of the session to the end of the run', async () => {
    const project = await createProject({ turns: write, answers: [{ answer: 'once' }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'write', ...stream);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const events = eventsOf(stdout);
    const deltas = typesOf(events).filter((type, index, all) => type !== 'item.delta' || all[index - 1] !== type);
    const item = ['item.started', 'item.delta', 'item.completed'];
    expect(deltas).toEqual([
      ...['session.started', 'turn.started', ...item, ...item, 'usage.updated'],
      ...['item.started', 'permission.requested', 'permission.decided', 'item.completed'],
      // The last one is the file that was written.
      ...[...item, 'usage.updated', 'item.completed', 'turn.completed', 'run.completed'],
    ]);
    expect(events[0]).toMatchObject({ cwd: project.folder, model: 'scripted/scenario', agent: 'main' });
    const { id } = (await lastSession(project)).session;
    expect(events.filter(({ sessionId, turn }) => sessionId !== id || turn !== 1)).toEqual([]);
    const times = events.map(({ ts }) => ts);
    expect(times).toEqual(times.toSorted());
  });

  it('prints deltas that join to the text of their item', async () => {
    const project = await createProject({ turns: write, answers: [{ answer: 'once' }], locked: true });
    const events = eventsOf((await project.rustic('run', 'write', ...stream)).stdout);
    const spoken = events.flatMap((event) =>
      event.type === 'item.completed' && 'text' in event.item ? [event.item] : [],
    );
    expect(spoken.map(({ type, text }) => [type, text])).toEqual([
      ['reasoning', 'A file is needed.'],
      ['agent_message', 'I write it.'],
      ['agent_message', 'The file is written now, as you asked.'],
    ]);
    for (const { id, text } of spoken) {
      const parts = events.flatMap((event) => (event.type === 'item.delta' && event.id === id ? [event.text] : []));
      expect(parts.join('')).toBe(text);
    }
    const [started, completed] = events.flatMap((event) =>
      'item' in event && event.item.type === 'tool_call' ? [event.item] : [],
    );
    expect(started).toMatchObject({ kind: 'edit', status: 'in_progress', input: { path: 'a.txt', content: 'a' } });
    expect(completed).toMatchObject({ id: started?.id, status: 'completed', result: { data: { path: 'a.txt' } } });
  });

  it('asks and answers with one id, and says what was asked', async () => {
    const project = await createProject({ turns: write, locked: true });
    const events = eventsOf((await project.rustic('run', 'write', ...stream)).stdout);
    const [asked, decided] = events.filter(({ type }) => type.startsWith('permission.'));
    expect(asked).toMatchObject({
      ask: {
        name: 'fs_write',
        plugin: 'tool-filesystem',
        accesses: expect.arrayContaining([{ action: 'fs.write', resource: join(project.folder, 'a.txt') }]),
        detail: { type: 'diff', text: expect.stringContaining('+a') },
        origin: { headless: true },
      },
    });
    expect(decided).toMatchObject({
      id: (asked as { id?: string }).id,
      answer: { outcome: 'deny', message: 'Nobody is there to ask.' },
      by: 'policy',
    });
    expect(events.at(-1)).toMatchObject({ status: 'ok', permissionDenials: ['fs_write'] });
  });

  it('takes an answer of 5 MB through whole', async () => {
    const line = 'x'.repeat(999);
    const say = `${line}\n`.repeat(5_000);
    const project = await createProject({ turns: [{ say }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'much', ...stream);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { result } = completedOf(stdout);
    expect(result === say, 'the result is whole').toBe(true);
    const json = await project.rustic('run', 'much', '--json');
    expect(resultOf(json.stdout).result === say, 'the object is whole').toBe(true);
    const text = await project.rustic('run', 'much');
    expect(text.stdout === say, 'the text is whole').toBe(true);
  });
});

describe('a run for a machine that does not come to its end', () => {
  it('because the scenario is wrong', async () => {
    const project = await createProject({ turns: [{ sya: 'Hi.' }], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'hi', ...stream);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(typesOf(eventsOf(stdout))).toEqual(['session.started', 'turn.started', 'turn.failed', 'run.completed']);
    expect(completedOf(stdout)).toMatchObject({
      status: 'failed',
      exitCode: 3,
      errors: [{ code: 'RUSTIC_MODEL_SCENARIO', details: { file: 'scenario.json', line: 4, column: 7 } }],
    });
  });

  const slow = [
    { say: 'I look first.', calls: [{ tool: 'fs_list' }] },
    { say: 'For ever.', delayMs: 600_000 },
  ];
  it.each([
    ['SIGINT', 130, 'RUSTIC_INTERRUPTED'],
    ['SIGTERM', 143, 'RUSTIC_TERMINATED'],
  ] as const)('because of %s ends with %i', async (signal, exitCode, error) => {
    const project = await createProject({ turns: slow, locked: true });
    const running = project.start(['run', 'slow', ...stream]);
    running.child.stdin?.end();
    await running.seen('"usage.updated"');
    running.child.kill(signal);
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: exitCode, stderr: '' });
    const interrupted = { status: 'interrupted', exitCode, errors: [{ code: error }] };
    expect(completedOf(stdout)).toMatchObject(interrupted);
    expect(typesOf(eventsOf(stdout)).at(-2)).toBe('turn.interrupted');
    expect((await lastSession(project)).messages).toHaveLength(3);

    const other = project.start(['run', 'slow', '--json']);
    other.child.stdin?.end();
    // It prints at its end only; its session tells how far it is. That of the first run has a note about its end as well.
    while (!/ {5}3 {2}slow$/m.test((await project.rustic('session', 'list')).stdout));
    other.child.kill(signal);
    const ran = await other.ended;
    expect(ran).toMatchObject({ code: exitCode, stderr: '' });
    expect(resultOf(ran.stdout)).toMatchObject(interrupted);
  });

  it('because of its time limit', async () => {
    const project = await createProject({ turns: slow, locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'slow', ...stream, '--time-limit', '1');
    expect({ code, stderr }).toEqual({ code: 124, stderr: '' });
    expect(completedOf(stdout)).toMatchObject({
      status: 'interrupted',
      exitCode: 124,
      errors: [{ code: 'RUSTIC_TIME_LIMIT', details: { limitMs: 1_000 } }],
    });
  });

  it('because its time is over before it starts', async () => {
    const project = await createProject({ turns: slow, locked: true });
    for (const args of [['slow'], []]) {
      const running = project.start(['run', ...args, ...stream, '--time-limit', '0.001']);
      const { code, stdout } = await running.ended;
      expect(code).toBe(124);
      expect(completedOf(stdout)).toMatchObject({
        status: 'interrupted',
        exitCode: 124,
        errors: [{ code: 'RUSTIC_TIME_LIMIT', details: { limitMs: 1 } }],
      });
    }
  });

  it('because its agent throws, or throws when it is told to end', async () => {
    const head = "v: 1, seq: 1, ts: new Date().toISOString(), sessionId: '', type: 'turn.started'";
    const code = `export default { setup: () => ({ agent: { rude: { async *run({ prompt }, { signal }) {
      yield { ${head} };
      if (prompt === 'wait') await new Promise((done) => signal.addEventListener('abort', done));
      throw new Error('no more');
    } } } }) };`;
    const manifest = { id: 'rude', contributes: { agent: { rude: { summary: 'Throws' } } } };
    const project = await createProject({ written: [{ name: 'acme-rude', manifest, code }], locked: true });
    const args = ['--agent', 'rude', ...stream];
    const thrown = await project.rustic('run', 'now', ...args);
    expect(thrown.code).toBe(1);
    const failed = { status: 'failed', exitCode: 1, errors: [{ code: 'RUSTIC_OPERATION_FAILED' }] };
    expect(completedOf(thrown.stdout)).toMatchObject(failed);
    const running = project.start(['run', 'wait', ...args]);
    running.child.stdin?.end();
    await running.seen('turn.started');
    running.child.kill('SIGTERM');
    const { code: exit, stdout } = await running.ended;
    expect(exit).toBe(143);
    const interrupted = { status: 'interrupted', exitCode: 143, errors: [{ code: 'RUSTIC_TERMINATED' }] };
    expect(completedOf(stdout)).toMatchObject(interrupted);
  });

  it.each([
    ['SIGINT', 130, 'RUSTIC_INTERRUPTED'],
    ['SIGTERM', 143, 'RUSTIC_TERMINATED'],
  ] as const)('because of %s while it waits for its prompt', async (signal, exitCode, error) => {
    const project = await createProject({ turns: slow, locked: true });
    const running = project.start(['run', ...stream, '--debug'], { env: { NODE_DEBUG: 'stream' } });
    await running.seen('STREAM');
    running.child.kill(signal);
    const { code, stdout } = await running.ended;
    expect(code).toBe(exitCode);
    expect(completedOf(stdout)).toMatchObject({ status: 'interrupted', exitCode, errors: [{ code: error }] });
  });
});

describe('a run for a machine that can not start', () => {
  const failures: readonly (readonly [string, readonly string[], number, string])[] = [
    ['an unknown option', ['hi', '--modle', 'x'], 2, 'RUSTIC_USAGE'],
    ['an option without its value', ['hi', '--allow=exec x', '--max-turns='], 2, 'RUSTIC_USAGE'],
    ['an unknown mode', ['hi', '--permission-mode', 'yolo'], 2, 'RUSTIC_USAGE'],
    ['an unknown folder', ['hi', '-C', 'nowhere'], 2, 'RUSTIC_USAGE'],
    ['a rule that is none', ['hi', '--allow', 'exec'], 2, 'RUSTIC_USAGE'],
    ['no prompt', [], 2, 'RUSTIC_USAGE'],
    ['no composition', ['hi', '--config', 'other.json'], 3, 'RUSTIC_CONFIG_MISSING'],
    ['an unknown agent', ['hi', '--agent', 'nobody'], 3, 'RUSTIC_CAPABILITY_NOT_FOUND'],
    ['an unknown model', ['hi', '--model', 'nobody'], 3, 'RUSTIC_CAPABILITY_NOT_FOUND'],
    ['an unknown session', ['hi', '--resume', 'nothing'], 1, 'RUSTIC_SESSION_UNKNOWN'],
    ['no session to go on with', ['hi', '--continue'], 2, 'RUSTIC_USAGE'],
  ];
  it.each(failures)('because of %s still ends with run.completed', async (_, args, exitCode, code) => {
    const project = await createProject({ turns: [{ say: 'Hi.' }], locked: true });
    const lines = await project.rustic('run', ...args, '--output-format=stream-json');
    expect(lines.code).toBe(exitCode);
    const failed = { status: 'failed', exitCode, errors: [{ code }] };
    expect(completedOf(lines.stdout)).toMatchObject(failed);
    const json = await project.rustic('run', ...args, '--json');
    expect(json.code).toBe(exitCode);
    expect(resultOf(json.stdout)).toMatchObject(failed);
  });

  it('because there is no lock, it does not fit, or nobody trusts the folder', async () => {
    const project = await createProject({ turns: [{ say: 'Hi.' }] });
    const ends = async (exitCode: number, code: string) => {
      const { code: exit, stdout, stderr } = await project.rustic('run', 'hi', ...stream);
      expect({ exit, stderr: stderr.split(':')[0] }).toEqual({ exit: exitCode, stderr: code });
      expect(completedOf(stdout)).toMatchObject({ sessionId: '', exitCode, errors: [{ code }] });
    };
    await ends(3, 'RUSTIC_LOCK_MISSING');
    expect(await project.rustic('lock', '--accept')).toMatchObject({ code: 0 });
    const stranger = { RUSTIC_HOME: join(project.home, 'stranger') };
    mkdirSync(stranger.RUSTIC_HOME);
    const running = project.start(['run', 'hi', ...stream], { env: stranger });
    running.child.stdin?.end();
    const untrusted = await running.ended;
    expect(untrusted.code).toBe(5);
    expect(completedOf(untrusted.stdout)).toMatchObject({ exitCode: 5, errors: [{ code: 'RUSTIC_TRUST_REQUIRED' }] });
    project.write('rustic.json', '{ "plugins": [ }');
    project.write('rustic.lock', '{');
    await ends(3, 'RUSTIC_CONFIG_INVALID');
  });

  it('says it in the format that was asked for, not in one that a prompt talks about', async () => {
    const project = await createProject();
    const both = await project.rustic('run', 'hi', '--json', ...stream);
    expect(resultOf(both.stdout)).toMatchObject({ exitCode: 3 });
    for (const prompt of [['what is --output-format stream-json'], ['--', '--json']])
      expect(await project.rustic('run', ...prompt)).toMatchObject({ code: 3, stdout: '' });
    const other = await project.rustic('session', 'resume', 'x', 'hi', ...stream);
    expect(completedOf(other.stdout)).toMatchObject({ exitCode: 3 });
  });
});

describe('a reader that stops reading', () => {
  it('ends the run quietly, and the session is whole', async () => {
    const turns = [{ when: 'go', say: 'word '.repeat(30_000), delayMs: 1 }, { say: 'Still here.' }];
    const project = await createProject({ turns, locked: true });
    const rustic = `'${process.execPath}' '${join(root, 'cli/bin/rustic.js')}' run go ${stream.join(' ')}`;
    const script = `${rustic} </dev/null | head -1; echo "code \${PIPESTATUS[0]}"`;
    const child = spawn('bash', ['-c', script], {
      cwd: project.folder,
      env: { ...process.env, RUSTIC_HOME: project.env.RUSTIC_HOME },
    });
    const { stdout, stderr } = await follow(child).ended;
    const [first = '', code] = stdout.trimEnd().split('\n');
    expect({ code, stderr }).toEqual({ code: 'code 130', stderr: '' });
    expect(JSON.parse(first)).toMatchObject({ type: 'session.started', seq: 1 });
    const { messages } = await lastSession(project);
    expect(messages[0]).toMatchObject({ role: 'user', parts: [{ text: 'go' }] });
    expect(await project.rustic('run', '-c', 'hi')).toMatchObject({ code: 0, stdout: 'Still here.\n' });
  });
});
