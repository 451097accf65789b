import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type AnyPlugin, definePlugin } from '@rustic-ai/kernel';
import type {
  AgentRequest,
  Approver,
  Ask,
  FrontendRequest,
  Host,
  Item,
  RunEvent,
  RunEventBody,
} from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import terminal from '@rustic-ai/plugin-frontend-terminal';
import { onTestFinished } from 'vitest';

export const usage = { inputTokens: 12, outputTokens: 34 };
export const event = (body: RunEventBody, sessionId = 's-1'): RunEvent => ({
  v: 1,
  seq: 1,
  ts: '2026-01-02T03:04:05.678Z',
  sessionId,
  ...body,
});
export const completed = (more: Partial<Extract<RunEventBody, { type: 'run.completed' }>> = {}): RunEventBody => ({
  type: 'run.completed',
  status: 'ok',
  exitCode: 0,
  usage,
  turns: 1,
  durationMs: 5,
  permissionDenials: [],
  errors: [],
  ...more,
});
/** The events of one message: started, two deltas, completed. */
export const message = (id: string, text: string): RunEventBody[] => [
  { type: 'item.started', item: { type: 'agent_message', id, text: '' } },
  { type: 'item.delta', id, text: text.slice(0, 3) },
  { type: 'item.delta', id, text: text.slice(3) },
  { type: 'item.completed', item: { type: 'agent_message', id, text } },
];
export const toolCall = (more: Partial<Extract<Item, { type: 'tool_call' }>> = {}): Item => ({
  type: 'tool_call',
  id: 't',
  name: 'fs_read',
  plugin: 'tool-filesystem',
  kind: 'read',
  status: 'completed',
  ...more,
});
export const ask: Ask = {
  operation: 'tool',
  name: 'shell_run',
  plugin: 'tool-shell',
  version: '0.1.0',
  title: 'Runs a command',
  accesses: [{ action: 'exec', resource: 'git status' }],
  detail: { type: 'command', text: 'git status' },
  origin: { plugin: 'host', agents: ['main'], trigger: 'agent', headless: false },
  reason: 'no rule allows it',
};

/** Streams of a terminal, or of pipes, and what was written to them. */
export function createStreams({ tty }: { readonly tty: boolean }) {
  const make = () => Object.assign(new PassThrough(), tty ? { isTTY: true } : {});
  const streams = { stdin: make(), stdout: make(), stderr: make() };
  const written = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    streams[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      for (const watch of watchers) watch();
    });
  /** Resolves when the text was written since the last `seen`. */
  let from = 0;
  const seen = (text: string, name: 'stdout' | 'stderr' = 'stdout') =>
    new Promise<void>((resolve) => {
      const watch = () => {
        const at = written[name].indexOf(text, from);
        if (at < 0) return;
        from = at + text.length;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  return { streams, written, seen, type: (text: string) => void streams.stdin.write(text) };
}

const manifest = defineManifest({ id: 'agent-test', contributes: { agent: { main: { summary: 'A test agent' } } } });
export type Run = (
  request: AgentRequest,
  context: { readonly signal: AbortSignal; readonly approver: Approver },
) => AsyncIterable<RunEvent>;

/** The frontend on the given streams, over a kernel with one agent. */
export async function createTerminal(
  streams: ReturnType<typeof createStreams>['streams'],
  run: Run,
  {
    env = { TERM: 'dumb' },
    clock,
    folders,
    plugins = [],
  }: {
    env?: Record<string, string>;
    clock?: { nowMs: number };
    folders?: Host['folders'];
    plugins?: readonly AnyPlugin[];
  } = {},
) {
  const plugin = definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup: () => ({ agent: { main: { run: (request, { signal }) => run(request, { signal, approver }) } } }),
  });
  const monotonicMs = () => (clock ? clock.nowMs : performance.now());
  const host = { env: () => env, monotonicMs, streams, ...(folders && { folders }) };
  const kernel = await createTestKernel({ plugins: [terminal, plugin, ...plugins], ownApprover: true, host });
  const frontend = await kernel.service('frontend');
  const approver = await kernel.service('approver');
  return { kernel, frontend, approver };
}
export const playing = (bodies: readonly RunEventBody[]): Run =>
  async function* () {
    for (const body of bodies) yield event(body);
  };
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rustic-terminal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
interface DrawnOptions extends Partial<FrontendRequest> {
  readonly columns?: number;
  readonly state?: string;
  readonly plugins?: readonly AnyPlugin[];
}
/** A conversation on a terminal that is drawn on, ready to be typed on. */
export async function startDrawn(run: Run, more: DrawnOptions = {}) {
  const { columns = 80, state = await temporaryFolder(), plugins = [], ...request } = more;
  const terminal = createStreams({ tty: true });
  const modes: boolean[] = [];
  Object.assign(terminal.streams.stdin, { setRawMode: (on: boolean) => modes.push(on) });
  Object.assign(terminal.streams.stdout, { columns, rows: 30 });
  const folders = { home: state, config: state, data: state, state, cache: state, cwd: state };
  const env = { TERM: 'xterm', NO_COLOR: '1' };
  const { frontend, kernel } = await createTerminal(terminal.streams, run, { env, folders, plugins });
  const controller = new AbortController();
  const running = frontend.run({ mode: 'interactive', ...request }, kernel.call({}, controller.signal));
  const result = running.finally(() => kernel.dispose());
  await terminal.seen('new session');
  return { ...terminal, modes, result, cancel: () => controller.abort() };
}
/** An agent that answers `Heard.`, and what it was asked. */
export function echo() {
  const requests: unknown[] = [];
  const run: Run = async function* (request) {
    requests.push(request.prompt);
    for (const body of [...message('a', 'Heard.'), completed()]) yield event(body);
  };
  return { requests, run };
}
