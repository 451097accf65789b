import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completedOf, createProject, eventsOf, follow, lastSession, resultOf, root } from './project.js';

const stream = ['--output-format', 'stream-json'];
const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } }, additionalProperties: false };

describe('--output-schema', () => {
  const turns = [
    { when: 'right', say: '```json\n{ "n": 7 }\n```' },
    { when: 'second', say: 'Seven.' },
    { when: 'does not fit the schema', say: '{"n":8}' },
    { when: 'never', say: '{"n":"x"}' },
  ];
  const opened = async () => {
    const project = await createProject({ turns, locked: true });
    project.write('n.json', schema);
    return project;
  };

  it('has an answer that fits, in every form of output', async () => {
    const project = await opened();
    const asked = ['run', 'right', '--output-schema', 'n.json'];
    expect(await project.rustic(...asked)).toMatchObject({ code: 0, stdout: '{"n":7}\n' });
    expect(resultOf((await project.rustic(...asked, '--json')).stdout).structured).toEqual({ n: 7 });
    expect(completedOf((await project.rustic(...asked, ...stream)).stdout).structured).toEqual({ n: 7 });
  });

  it('asks once more for one that does not', async () => {
    const project = await opened();
    const { code, stdout, stderr } = await project.rustic('run', 'second', '--output-schema', 'n.json');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"n":8}\n' });
    expect(stderr).toContain('Seven.\n');
    expect((await lastSession(project)).messages).toHaveLength(2);
  });

  it('fails when it still does not fit', async () => {
    const turns = [{ say: '{"n":"x"}' }];
    const project = await createProject({ turns, locked: true });
    project.write('n.json', schema);
    const ran = await project.rustic('run', 'never', '--output-schema', 'n.json', '--json');
    expect(ran.code).toBe(1);
    expect(resultOf(ran.stdout)).toMatchObject({ status: 'failed', errors: [{ code: 'RUSTIC_AGENT_OUTPUT' }] });
  });

  it.each([
    ['is not there', undefined, 'The schema s.json can not be read: '],
    ['is not JSON', '{ "type": ', 's.json is no JSON Schema: '],
    ['is no object', '[]', 's.json is no JSON Schema: it is not an object.'],
    ['names a type that is none', '{ "properties": { "a": { "type": "strin" } } }', 'there is no type "strin".'],
    ['can not be compiled', '{ "pattern": "(" }', 's.json is no JSON Schema: Invalid regular expression'],
  ])('refuses a schema that %s, before anything is asked', async (_, text, reason) => {
    const project = await opened();
    if (text !== undefined) project.write('s.json', text);
    const { code, stdout, stderr } = await project.rustic('run', 'right', '--output-schema', 's.json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^RUSTIC_USAGE: /);
    expect(stderr).toContain(reason);
    expect((await project.rustic('session', 'list')).stdout).toBe('');
  });
});

describe('--max-cost', () => {
  const turns = [{ calls: [{ tool: 'fs_list' }] }, { calls: [{ tool: 'fs_list' }] }, { say: 'Done.' }];
  const catalogue = (price: object) => [
    '@rustic-ai/plugin-provider-catalogue',
    { models: [{ model: 'scripted/scenario', price }] },
  ];
  const composition = (more: readonly unknown[]) => ({
    plugins: [
      ['@rustic-ai/plugin-provider-scripted', { scenario: 'scenario.json' }],
      ...['agent-loop', 'session-log', 'storage-sqlite', 'workspace-local', 'tool-filesystem', 'frontend-terminal'].map(
        (id) => `@rustic-ai/plugin-${id}`,
      ),
      ...more,
    ],
  });

  it('ends a run that has cost so much with 6, and a dearer one goes through', async () => {
    const project = await createProject({
      turns,
      locked: true,
      composition: composition([catalogue({ inputUsd: 1_000_000, outputUsd: 1_000_000 })]),
    });
    const ran = await project.rustic('run', 'go', '--max-cost', '0.01', ...stream);
    expect(ran.code).toBe(6);
    expect(completedOf(ran.stdout)).toMatchObject({
      status: 'failed',
      exitCode: 6,
      usage: { costUsd: expect.any(Number) },
      errors: [{ code: 'RUSTIC_LIMIT_COST', details: { limitUsd: 0.01 } }],
    });
    expect(eventsOf(ran.stdout).filter(({ type }) => type === 'usage.updated')).toHaveLength(1);
    expect(await project.rustic('run', 'go', '--max-cost', '999999')).toMatchObject({ code: 0, stdout: 'Done.\n' });
  });

  it('asks nothing where the price is unknown', async () => {
    const project = await createProject({ turns, locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'go', '--max-cost', '1');
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toContain('(RUSTIC_LIMIT_COST_UNKNOWN)\n  Nobody knows what a call of scripted/scenario costs');
  });

  it.each(['0', '-1', 'much', '1e3', ''])('takes no "%s"', async (value) => {
    const project = await createProject({ turns });
    expect(await project.rustic('run', 'go', `--max-cost=${value}`)).toMatchObject({ code: 2 });
  });
});

describe('standard input beside a prompt', () => {
  const turns = [{ when: 'late words', say: 'Read.' }, { say: 'Nothing came.' }];

  it('is left out when it says nothing, and that is said', async () => {
    const project = await createProject({ turns, locked: true });
    const running = project.start(['run', 'sum', 'up']);
    const { code, stdout, stderr } = await running.ended;
    running.child.stdin?.end();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Nothing came.\n' });
    expect(stderr).toMatch(/^Standard input said nothing for 500 ms and is left out\. .*write - .*--no-input$/m);
  });

  it('is waited for with -', async () => {
    const project = await createProject({ turns, locked: true });
    const sleepy = `(sleep 0.8; echo late words) | '${process.execPath}' '${join(root, 'cli/bin/rustic.js')}' run sum up -`;
    const ran = await follow(spawn('sh', ['-c', sleepy], { cwd: project.folder, env: project.env })).ended;
    expect(ran).toMatchObject({ code: 0, stdout: 'Read.\n' });
    expect(ran.stderr).not.toContain('left out');
  });

  it('is not read at all with --no-input', async () => {
    const project = await createProject({ turns, locked: true });
    const ran = await project.piped('late words\n', 'run', 'sum up', '--no-input');
    expect(ran).toMatchObject({ code: 0, stdout: 'Nothing came.\n' });
    expect(await project.piped('late words\n', 'run', '--no-input')).toMatchObject({ code: 2 });
  });
});

describe('a run that ends at once', () => {
  const plugin = (body: string) => ({
    name: 'acme-odd',
    manifest: {
      id: 'odd',
      contributes: {
        tool: { odd: { summary: 'Odd', effects: { kind: 'none', idempotent: true, openWorld: false } } },
      },
    },
    code: `export default { setup() { return { tool: { odd: { run: async () => { ${body} } } } }; } };`,
  });
  const turns = [{ say: 'I try.', calls: [{ tool: 'odd' }] }, { say: 'Done.' }];
  /** Blocks the way out: what was cancelled does not come to its end. */
  const deaf = plugin('await new Promise((done) => setTimeout(done, 600_000));');
  const whole = [stream, ['--json']] as const;

  it.each(whole)('because of a second SIGINT still says what came of it, with %s', async (...mode) => {
    const project = await createProject({ turns, written: [deaf], locked: true });
    const running = project.start(['run', 'go', ...mode, '--debug']);
    running.child.stdin?.end();
    await waitFor(async () => (await project.rustic('session', 'list')).stdout.includes('go'));
    running.child.kill('SIGINT');
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    const completed = mode.includes('--json') ? resultOf(stdout) : completedOf(stdout);
    expect(completed).toMatchObject({
      status: 'interrupted',
      exitCode: 130,
      errors: [{ code: 'RUSTIC_INTERRUPTED' }],
    });
  });

  it.each(whole)('because an error is thrown outside of every call, with %s', async (...mode) => {
    const crash = plugin("setTimeout(() => { throw new Error('out of the blue'); }); await new Promise(() => {});");
    const project = await createProject({ turns, written: [crash], locked: true });
    const { code, stdout, stderr } = await project.rustic('run', 'go', ...mode);
    expect(code).toBe(1);
    expect(stderr).toContain('out of the blue');
    const completed = mode.includes('--json') ? resultOf(stdout) : completedOf(stdout);
    expect(completed).toMatchObject({ status: 'failed', exitCode: 1, errors: [{ code: 'RUSTIC_INTERNAL' }] });
    expect(completed.sessionId).not.toBe('');
  });

  it('because its time is over and nothing lets go', async () => {
    const project = await createProject({ turns, written: [deaf], locked: true });
    const running = project.start(['run', 'go', ...stream, '--time-limit', '0.5']);
    running.child.stdin?.end();
    const { code, stdout } = await running.ended;
    expect(code).toBe(124);
    expect(completedOf(stdout)).toMatchObject({ status: 'interrupted', errors: [{ code: 'RUSTIC_TIME_LIMIT' }] });
  });
});

describe('the first line', () => {
  it('is there before the model is asked', async () => {
    const project = await createProject({ turns: [{ say: 'Late.', delayMs: 600_000 }], locked: true });
    const running = project.start(['run', 'hi', ...stream]);
    running.child.stdin?.end();
    await running.seen('"type":"session.started"');
    running.child.kill('SIGINT');
    const events = eventsOf((await running.ended).stdout);
    expect(events.map(({ type }) => type)).toEqual([
      'session.started',
      'turn.started',
      'turn.interrupted',
      'run.completed',
    ]);
  });
});

describe('a reader that has seen enough', () => {
  it('of the text ends the run quietly', async () => {
    const say = Array.from({ length: 50_000 }, (_, index) => `line ${index}`).join('\n');
    const project = await createProject({ turns: [{ say }], locked: true });
    const rustic = `'${process.execPath}' '${join(root, 'cli/bin/rustic.js')}' run hi </dev/null 2>notes.txt`;
    const script = `${rustic} | head -1; echo "code \${PIPESTATUS[0]}"`;
    const ran = await follow(spawn('bash', ['-c', script], { cwd: project.folder, env: project.env })).ended;
    expect(ran).toMatchObject({ stdout: expect.stringMatching(/^line 0\ncode (0|130)\n$/), stderr: '' });
    expect(project.read('notes.txt')).not.toMatch(/EPIPE|RUSTIC_/);
  });
});

async function waitFor(look: () => Promise<boolean>) {
  while (!(await look()));
}
