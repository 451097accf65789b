import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';
import { createProject, lastSession, type Project, type Ran, resultOf, type Running } from './project.js';

export const key = 'sk-rustic-4f2a9c7e1b';

/** A project whose model is the vendor's at this address. The key is in the environment. */
export async function openProject(
  baseUrl: string,
  options: object = {},
  env: NodeJS.ProcessEnv = { OPENAI_API_KEY: key },
) {
  const given = { baseUrl, apiKey: { $env: 'OPENAI_API_KEY' }, models: ['m', 'unheard-of'], ...options };
  const model = { provider: ['@rustic-ai/plugin-provider-openai', given], name: 'openai/m' } as const;
  const project = await createProject({ model, env, answers: [{ answer: 'once' }], locked: true });
  project.write('a.txt', 'This is file A.\n');
  project.write('b.txt', 'This is file B.\n');
  return project;
}
/** Everything a run left behind: what it printed and every file below its home. The key is in none of it. */
export function keepsTheKey(project: Project, { stdout, stderr }: Ran) {
  const files = readdirSync(project.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
  expect(files.map(({ name }) => name).filter((name) => /\.(db|sqlite)/.test(name))).not.toEqual([]);
  expect([stdout, stderr, ...contents].filter((content) => content.includes(key))).toEqual([]);
}

export interface Fault {
  readonly exitCode: number;
  readonly code: string;
  /** What the fix names. */
  readonly fix: string;
  readonly details?: object;
}
/** Runs into a failure, for a person and for a program; then its session is opened and goes on elsewhere. */
export async function failsWith(project: Project, args: readonly string[], fault: Fault) {
  const { exitCode, code, fix, details = {} } = fault;
  const json = await project.rustic('run', ...args, '--json');
  const result = resultOf(json.stdout);
  expect(result).toMatchObject({ status: 'failed', exitCode, errors: [{ code, details }] });
  expect(json).toMatchObject({ code: exitCode, stderr: '' });
  expect(result.errors[0]?.fix).toContain(fix);
  const shown = await project.rustic('run', ...args);
  expect(shown).toMatchObject({ code: exitCode, stdout: '' });
  expect(shown.stderr).toContain(`✗ The run failed (${code})\n`);
  expect(shown.stderr).toMatch(new RegExp(`^ {2}Fix: .*${fix}`, 'm'));
  expect(shown.stderr).not.toContain('    at ');
  for (const ran of [json, shown]) keepsTheKey(project, ran);
  const { messages } = await lastSession(project);
  expect(messages.map(({ role }) => role)).toEqual(['user']);
  return { result, shown };
}
/** The vendor works again: the session goes on. */
export async function goesOn(project: Project, env: NodeJS.ProcessEnv = {}) {
  const { id } = (await lastSession(project)).session;
  const running = project.start(['run', '-c', 'greet', '--json'], { env });
  running.child.stdin?.end();
  const { code, stdout } = await running.ended;
  expect({ code, id: resultOf(stdout).sessionId }).toEqual({ code: 0, id });
}
export const resilience = 'policy-resilience';

export const endOf = ({ child, ended }: Running) => {
  child.stdin?.end();
  return ended;
};
/** A server on the loopback that answers as it is told; closed after the test. */
export async function serve(answer: (response: ServerResponse, headers: IncomingHttpHeaders) => void) {
  const server = createServer(async (request, response) => {
    await text(request);
    answer(response, request.headers);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  onTestFinished(close);
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, url: `http://${host}/v1`, close };
}

/** A vendor that notes the keys it was shown, and refuses them. */
export async function refusingVendor() {
  const keys: (string | undefined)[] = [];
  const { url: baseUrl } = await serve((response, { authorization }) => {
    keys.push(authorization);
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
  });
  return { keys, baseUrl };
}
