import type { ServerResponse } from 'node:http';
import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { textOf } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { completedOf, compositionOf, createProject, eventsOf, lastSession, type Project } from './project.js';
import { keepsTheKey, key, serve } from './vendor.js';

type Retry = Extract<RunEvent, { type: 'retry' }>;
const stream = ['--output-format', 'stream-json'];
const retries = (stdout: string) => eventsOf(stdout).filter((event): event is Retry => event.type === 'retry');

/** A project with a vendor at this address, the policy, and a scripted model that can answer in its place. */
async function open(baseUrl: string, options: object) {
  const model = {
    provider: ['@rustic-ai/plugin-provider-openai', { baseUrl, apiKey: { $env: 'OPENAI_API_KEY' }, models: ['m'] }],
    name: 'openai/m',
  } as const;
  const turns = [{ say: 'Somebody else answers.' }];
  const base = compositionOf({ model, turns });
  const scripted = ['@rustic-ai/plugin-provider-scripted', { scenario: 'scenario.json' }];
  const plugins = [...base.plugins, scripted, ['@rustic-ai/plugin-policy-resilience', options]];
  return createProject({ composition: { ...base, plugins }, turns, env: { OPENAI_API_KEY: key }, locked: true });
}
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const well = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`${chunk({ content: 'All is well.' })}${chunk({}, 'stop')}data: [DONE]\n\n`);
};
const ill = (response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message: 'Not now.', type: 'server_error' } }));
};
/** A vendor that fails so often, then works. */
async function failing(times: number, answer: (response: ServerResponse) => void) {
  let asked = 0;
  const server = await serve((response) => (++asked > times ? well(response) : answer(response)));
  return { ...server, asked: () => asked };
}
/** The turn stands in the history once, however often it was tried. */
async function keptOnce(project: Project, answer: string) {
  const { messages } = await lastSession(project);
  expect(messages.map(({ role, parts }) => [role, textOf(parts)])).toEqual([
    ['user', 'hi'],
    ['assistant', answer],
  ]);
}
const soon = () => new Date(Date.now() + 2_000).toUTCString();

describe('a vendor that fails and then works', () => {
  const capMs = 1_200;
  /** What it says, how long it wants to be left alone, and the least and the most that the delay may be. Unit: ms. */
  const faults: readonly (readonly [string, number, (() => string) | undefined, number, number])[] = [
    ['429 with Retry-After 1', 429, () => '1', 1_000, 1_000 + 20],
    ['429 with Retry-After 3600', 429, () => '3600', capMs, capMs],
    ['429 with Retry-After as a date', 429, soon, 1, capMs],
    ['429 with Retry-After garbage', 429, () => 'soon, perhaps', 0, 20],
    ['500', 500, undefined, 0, 20],
    ['502', 502, undefined, 0, 20],
    ['503', 503, undefined, 0, 20],
    ['529', 529, undefined, 0, 20],
  ];
  it.each(faults)('with %s is waited for and asked again; nothing is doubled', async (_, status, wish, least, most) => {
    const server = await failing(1, (response) => ill(response, status, wish && { 'retry-after': wish() }));
    const project = await open(server.url, { model: { retry: { attempts: 3, baseMs: 20, capMs } } });
    const ran = await project.rustic('run', 'hi', ...stream);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(completedOf(ran.stdout)).toMatchObject({ status: 'ok', result: 'All is well.' });
    const [retry, ...more] = retries(ran.stdout);
    expect([server.asked(), more]).toEqual([2, []]);
    expect(retry).toMatchObject({ attempt: 2, max: 3, reason: expect.stringContaining('openai/m') });
    expect(retry?.delayMs).toBeGreaterThanOrEqual(least);
    expect(retry?.delayMs).toBeLessThanOrEqual(most);
    await keptOnce(project, 'All is well.');
    keepsTheKey(project, ran);
  });

  it('is shown to a person', async () => {
    const server = await failing(1, (response) => ill(response, 503));
    const project = await open(server.url, { model: { retry: { attempts: 2, baseMs: 5 } } });
    const { code, stdout, stderr } = await project.rustic('run', 'hi');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'All is well.\n' });
    expect(stderr).toMatch(/^… openai\/m: the vendor failed with status 503: .*: try 2 of 2 in \d ms$/m);
  });

  it('more often than it is asked ends the run with its own error', async () => {
    const server = await failing(99, (response) => ill(response, 500));
    const project = await open(server.url, { model: { retry: { attempts: 3, baseMs: 5 } } });
    const ran = await project.rustic('run', 'hi', ...stream);
    expect(ran.code).toBe(7);
    expect(completedOf(ran.stdout).errors).toMatchObject([
      { code: 'RUSTIC_MODEL_OVERLOADED', details: { status: 500 } },
    ]);
    expect([server.asked(), retries(ran.stdout).length]).toEqual([3, 2]);
    const { messages } = await lastSession(project);
    expect(messages.map(({ role }) => role)).toEqual(['user']);
  });
});

describe('a fallback', () => {
  const fallback = ['scripted/scenario'];
  it.each(['refuses connections', 'has no address', 'speaks no TLS'])('answers where a host %s', async (what) => {
    const server = await serve(() => {});
    const urls = { 'has no address': 'http://vendor.invalid/v1', 'speaks no TLS': server.url.replace('http', 'https') };
    const url = urls[what as keyof typeof urls] ?? server.url;
    const project = await open(url, { model: { retry: { attempts: 2, baseMs: 5 }, fallback } });
    if (what === 'refuses connections') await server.close();
    const { host } = new URL(url);
    const ran = await project.rustic('run', 'hi', ...stream);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(completedOf(ran.stdout)).toMatchObject({ status: 'ok', result: 'Somebody else answers.' });
    const [again, instead] = retries(ran.stdout);
    expect(again).not.toHaveProperty('model');
    expect(instead).toMatchObject({ attempt: 2, max: 2, delayMs: 0, model: 'scripted/scenario' });
    expect(instead?.reason).toContain(host);
    await keptOnce(project, 'Somebody else answers.');
    const { entries } = await lastSession(project);
    expect(entries.at(-1)).toMatchObject({ type: 'message', body: { role: 'assistant', model: 'scripted/scenario' } });
    keepsTheKey(project, ran);
    const shown = await project.rustic('run', 'hi');
    expect(shown.stderr).toContain('scripted/scenario is asked in its place');
  });

  it('answers at once where the vendor wants to be left alone for an hour', async () => {
    const server = await failing(99, (response) => ill(response, 429, { 'retry-after': '3600' }));
    const project = await open(server.url, { model: { fallback } });
    const ran = await project.rustic('run', 'hi', ...stream);
    expect(completedOf(ran.stdout)).toMatchObject({ status: 'ok', result: 'Somebody else answers.' });
    expect(server.asked()).toBe(1);
  });

  it('is not asked for a request that is no good', async () => {
    const server = await failing(99, (response) => ill(response, 400));
    const project = await open(server.url, { model: { fallback } });
    const ran = await project.rustic('run', 'hi', ...stream);
    expect(ran.code).toBe(7);
    expect(completedOf(ran.stdout).errors).toMatchObject([{ code: 'RUSTIC_MODEL_INVALID_REQUEST' }]);
    expect([server.asked(), retries(ran.stdout)]).toEqual([1, []]);
  });
});

it('SIGINT ends the wait for another attempt at once', async () => {
  const server = await failing(99, (response) => ill(response, 429, { 'retry-after': '50' }));
  const project = await open(server.url, {});
  const running = project.start(['run', 'hi']);
  running.child.stdin?.end();
  await running.seen('try 2 of 4');
  const sentMs = performance.now();
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  expect(performance.now() - sentMs).toBeLessThan(1_500);
  expect({ code, stdout, asked: server.asked() }).toEqual({ code: 130, stdout: '', asked: 1 });
  expect(stderr).toMatch(/^✗ interrupted$/m);
});

describe('a breaker', () => {
  it('that one run opened is open for the next, and is listed', async () => {
    const server = await failing(99, (response) => ill(response, 500));
    const options = { model: { retry: { attempts: 2, baseMs: 5 }, breaker: { failures: 2, openMs: 60_000 } } };
    const project = await open(server.url, options);
    expect(await project.rustic('run', 'hi')).toMatchObject({ code: 7 });
    const next = await project.rustic('run', 'hi', ...stream);
    expect(completedOf(next.stdout).errors).toMatchObject([{ code: 'RUSTIC_RESILIENCE_OPEN' }]);
    expect([next.code, server.asked()]).toEqual([7, 2]);
    const { stdout } = await project.rustic('models', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      { model: 'openai/m', plugin: 'provider-openai', breaker: 'open' },
      { model: 'scripted/scenario', breaker: 'closed' },
    ]);
    expect((await project.rustic('models')).stdout).toContain('its breaker is open');
  });
});
