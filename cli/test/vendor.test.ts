import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { textOf } from '@rustic-ai/kernel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  completedOf,
  eventsOf,
  follow,
  lastSession,
  resultOf,
  resultsOf,
  root,
  type Running,
  temporaryFolder,
} from './project.js';
import { endOf, failsWith, type Fault, goesOn, keepsTheKey, key, openProject, resilience, serve } from './vendor.js';

const stream = ['--output-format', 'stream-json'];

/** What the vendor is, to a run: the fixtures of a mock server in a process of its own. */
const fixtures = [
  { match: { userMessage: 'greet' }, response: { content: 'Hello, this comes in more than one piece.' } },
  {
    match: { userMessage: 'read one', hasToolResult: false },
    response: { toolCalls: [{ id: 'call_a', name: 'fs_read', arguments: { path: 'a.txt' } }] },
  },
  {
    match: { userMessage: 'read one', toolCallId: 'call_a', toolResultContains: 'This is file A.' },
    response: {
      content: 'It says that it is A.',
      usage: { prompt_tokens: 30, completion_tokens: 6, total_tokens: 36 },
    },
  },
  {
    match: { userMessage: 'read both', hasToolResult: false },
    response: {
      content: 'I read both.',
      toolCalls: ['a', 'b'].map((name) => ({
        id: `call_${name}`,
        name: 'fs_read',
        arguments: { path: `${name}.txt` },
      })),
    },
  },
  { match: { userMessage: 'read both', toolResultContains: 'This is file B.' }, response: { content: 'A and B.' } },
  {
    match: { userMessage: 'broken', hasToolResult: false },
    response: { toolCalls: [{ id: 'call_x', name: 'fs_read', arguments: '{"path": "a.t' }] },
  },
  {
    match: { userMessage: 'twins', hasToolResult: false },
    response: {
      toolCalls: ['a', 'b'].map((name) => ({ id: 'same', name: 'fs_read', arguments: { path: `${name}.txt` } })),
    },
  },
  {
    match: { userMessage: 'unknown tool', hasToolResult: false },
    response: { toolCalls: [{ id: 'call_t', name: 'fly_away', arguments: {} }] },
  },
  { match: { hasToolResult: true }, response: { content: 'I read what came back.' } },
  {
    match: { userMessage: 'limited' },
    response: { error: { message: 'Slow down.', type: 'rate_limit_error' }, status: 429, retryAfter: 7 },
  },
  { match: { userMessage: 'failing' }, response: { error: { message: 'Oops.', type: 'server_error' }, status: 500 } },
  { match: { userMessage: 'garbled' }, response: { content: 'Never.' }, chaos: { malformedRate: 1 } },
  { match: { userMessage: 'gone' }, response: { content: 'Never.' }, chaos: { disconnectRate: 1 } },
].map((fixture) => ({ ...fixture, match: { model: 'm', ...fixture.match } }));

let vendor: Running;
let url: string;
beforeAll(async () => {
  const file = join(temporaryFolder(), 'fixtures.json');
  writeFileSync(file, JSON.stringify({ fixtures }));
  const mock = join(root, 'node_modules/@copilotkit/aimock/dist/cli.js');
  const args = [mock, '-p', '0', '-f', file, '--chunk-size', '8'];
  vendor = follow(spawn(process.execPath, args, { env: { ...process.env, AIMOCK_API_KEYS: key } }));
  await vendor.seen('listening on');
  await vendor.seen('\n');
  const [, address = ''] = /listening on (\S+)/.exec(vendor.shown()) ?? [];
  url = `${address}/v1`;
});
afterAll(async () => {
  vendor.child.kill();
  await vendor.ended;
});

describe('a model of a vendor', () => {
  it('streams its answer', async () => {
    const project = await openProject(url);
    const ran = await project.rustic('run', 'greet', ...stream);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(ran.stdout);
    const deltas = events.flatMap((event) => (event.type === 'item.delta' ? [event.text] : []));
    const answer = 'Hello, this comes in more than one piece.';
    expect(deltas.join('')).toBe(answer);
    expect(completedOf(ran.stdout)).toMatchObject({ status: 'ok', exitCode: 0, result: answer });
    expect(events[0]).toMatchObject({ model: 'openai/m' });
    keepsTheKey(project, ran);
    const plain = await project.rustic('run', 'greet', '--model', 'openai/m');
    expect(plain).toMatchObject({ code: 0, stdout: `${answer}\n` });
  });

  it('calls a tool, is given its result, and answers', async () => {
    const project = await openProject(url);
    const ran = await project.rustic('run', 'read one');
    expect(ran).toMatchObject({ code: 0, stdout: 'It says that it is A.\n' });
    expect(ran.stderr).toMatch(/^< fs_read path: a\.txt\n {2}✓ fs_read /);
    expect(ran.stderr).toMatch(/ · tokens \d+ in, \d+ out\n$/);
    const { session, messages } = await lastSession(project);
    expect(session).toMatchObject({ title: 'read one', project: project.folder, agent: 'main' });
    expect(messages).toMatchObject([
      { role: 'user', parts: [{ type: 'text', text: 'read one' }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_a', name: 'fs_read', input: { path: 'a.txt' } }] },
      { role: 'tool', parts: [{ type: 'tool_result', id: 'call_a' }] },
      { role: 'assistant', parts: [{ type: 'text', text: 'It says that it is A.' }] },
    ]);
    keepsTheKey(project, ran);
  });

  it('calls two tools in one reply', async () => {
    const project = await openProject(url);
    expect(await project.rustic('run', 'read both')).toMatchObject({ code: 0, stdout: 'A and B.\n' });
    const results = await resultsOf(project);
    expect(results.map(({ id, output }) => [id, textOf(output)])).toEqual([
      ['call_a', expect.stringContaining('This is file A.')],
      ['call_b', expect.stringContaining('This is file B.')],
    ]);
    expect(await project.rustic('run', '-c', 'greet')).toMatchObject({ code: 0 });
    expect((await lastSession(project)).messages).toHaveLength(6);
  });

  it.each([
    ['broken', [['call_x', 'RUSTIC_OPERATION_INPUT']]],
    ['unknown tool', [['call_t', 'RUSTIC_CAPABILITY_NOT_FOUND']]],
    [
      'twins',
      [
        ['same', undefined],
        ['same-1', undefined],
      ],
    ],
  ])('that makes a mistake in its calls (%s) is told so and goes on', async (prompt, expected) => {
    const project = await openProject(url);
    const ran = await project.rustic('run', prompt);
    expect(ran).toMatchObject({ code: 0, stdout: 'I read what came back.\n' });
    expect((await resultsOf(project)).map(({ id, error }) => [id, error?.code])).toEqual(expected);
    expect(await project.rustic('run', '-c', 'greet')).toMatchObject({ code: 0 });
  });
});

describe('a vendor that fails', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['limited', { exitCode: 7, code: 'RUSTIC_MODEL_RATE_LIMITED', fix: resilience, details: { retryAfterMs: 7_000 } }],
    ['failing', { exitCode: 7, code: 'RUSTIC_MODEL_OVERLOADED', fix: resilience, details: { status: 500 } }],
    ['garbled', { exitCode: 7, code: 'RUSTIC_MODEL_STREAM_INVALID', fix: 'that of a model server' }],
    ['gone', { exitCode: 7, code: 'RUSTIC_MODEL_NETWORK', fix: resilience }],
  ];
  it.each(faults)('is %s: the run says so and how to go on', async (prompt, fault) => {
    const project = await openProject(url);
    await failsWith(project, [prompt], fault);
    await goesOn(project);
  });

  it('does not know the model', async () => {
    const project = await openProject(url);
    const fault = { exitCode: 7, code: 'RUSTIC_MODEL_NOT_FOUND', fix: 'Check the name of the model' };
    await failsWith(project, ['greet', '--model', 'openai/unheard-of'], fault);
    await goesOn(project);
  });

  it('refuses the key', async () => {
    const project = await openProject(url);
    const env = { OPENAI_API_KEY: 'sk-wrong-9b1d' };
    const wrong = { ...project, rustic: (...args: string[]) => endOf(project.start(args, { env })) };
    await failsWith(wrong, ['greet'], { exitCode: 4, code: 'RUSTIC_MODEL_AUTH', fix: 'Check the key' });
    for (const { stdout, stderr } of [await wrong.rustic('run', 'greet', '--debug')])
      expect(stdout + stderr).not.toContain('sk-wrong');
    await goesOn(project);
  });

  it('is down', async () => {
    const server = await serve(() => {});
    const project = await openProject(server.url);
    await server.close();
    const { result } = await failsWith(project, ['greet'], {
      ...{ exitCode: 7, code: 'RUSTIC_MODEL_NETWORK', fix: resilience },
      details: { host: server.host, reason: expect.stringContaining('ECONNREFUSED') },
    });
    expect(result.errors[0]?.message).toContain(server.host);
    expect(await project.rustic('session', 'list')).toMatchObject({ code: 0, stderr: '' });
  });

  it('is a web page', async () => {
    const server = await serve((response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html><body>Welcome</body></html>');
    });
    await failsWith(await openProject(server.url), ['greet'], {
      ...{ exitCode: 7, code: 'RUSTIC_MODEL_STREAM_INVALID', fix: 'Check that the address is that of a model server' },
      details: { reason: expect.stringContaining('web page') },
    });
  });

  it('repeats the key in what it says', async () => {
    const server = await serve((response, { authorization }) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `"${authorization}" is not allowed` } }));
    });
    const project = await openProject(server.url);
    const fault = { exitCode: 7, code: 'RUSTIC_MODEL_INVALID_REQUEST', fix: 'Change that parameter' };
    const { result } = await failsWith(project, ['greet'], fault);
    expect(result.errors[0]?.message).toContain('Bearer [key]');
    keepsTheKey(project, await project.rustic('run', 'greet', '--debug', ...stream));
  });
});

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const done = `${chunk({}, 'stop')}data: [DONE]\n\n`;

describe('an answer', () => {
  it('that is cut keeps what was said; the session goes on', async () => {
    const open: ServerResponse[] = [];
    const server = await serve((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'half of it' }));
      if (open.push(response) > 1) response.end(done);
    });
    const project = await openProject(server.url);
    const running = project.start(['run', 'cut', ...stream]);
    running.child.stdin?.end();
    await running.seen('half of it');
    open[0]?.destroy();
    const ran = await running.ended;
    expect(ran).toMatchObject({ code: 7, stderr: '' });
    const { result, errors } = completedOf(ran.stdout);
    expect(result).toBe('half of it');
    expect(errors).toMatchObject([
      { code: 'RUSTIC_MODEL_STREAM_INCOMPLETE', fix: expect.stringContaining(resilience) },
    ]);
    keepsTheKey(project, ran);
    const { messages } = await lastSession(project);
    expect(messages.map(({ role, parts }) => [role, textOf(parts)])).toEqual([
      ['user', 'cut'],
      ['assistant', 'half of it'],
    ]);
    await goesOn(project);
  });

  it('of 5 MB is heard to its end', async () => {
    const piece = 'abcdefghij'.repeat(100);
    const server = await serve((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let count = 0; count < 5_000; count++) response.write(chunk({ content: piece }));
      response.end(done);
    });
    const project = await openProject(server.url);
    const ran = await project.rustic('run', 'tell me', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(resultOf(ran.stdout).result === piece.repeat(5_000), 'the answer is whole').toBe(true);
    const { messages } = await lastSession(project);
    expect(textOf(messages[1]?.parts ?? []).length).toBe(5_000_000);
  });
});
