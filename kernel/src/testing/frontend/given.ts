import type { Call, Handles } from '../../capability.js';
import type { InCode } from '../../compose/in-code.js';
import type { AgentRequest, RunCompleted, RunEvent, RunEventBody } from '../../contracts/agent.js';
import type { Frontend, FrontendRequest } from '../../contracts/frontend.js';
import type { AnyPlugin, Manifest } from '../../manifest.js';
import { createTestKernel, type TestKernel } from '../kernel.js';
import { createTestStreams, type TestStreams } from '../streams.js';
import type { Rule } from '../suite.js';
import { within } from '../within.js';

/** A frontend, and what it stands on. The suite brings an agent, the streams and the root call. */
export interface FrontendSubject {
  /** The frontend's plugin and all it requires beside agents. */
  readonly plugins: readonly InCode[];
}
/** What the suite's agent does. */
export type Played = (request: AgentRequest, call: Call, tools: Handles<'tool'>) => AsyncIterable<RunEventBody>;
export interface Tried extends Pick<TestStreams, 'streams'> {
  readonly kernel: TestKernel;
  readonly frontend: Frontend;
  /** What the agent was asked, and by whom. */
  readonly asked: readonly { readonly request: AgentRequest; readonly call: Call }[];
  /** What stands on the streams at this moment. */
  readonly written: TestStreams['written'];
  /** One run to its end. Throws: when it does not end soon after it was cancelled. */
  run(request?: Partial<FrontendRequest>, options?: RunOptions): ReturnType<Frontend['run']>;
}
interface RunOptions {
  /** Cancels the run for this reason when the agent has said its first message. */
  readonly cancel?: { readonly reason?: unknown };
}
/** How long a cancelled run may take to end. Unit: ms. */
const endLimitMs = 2_000;
export const outputs = ['text', 'json', 'stream-json'] as const;

/** A rule that gets a kernel with the frontend, on pipes, and an agent that plays its part. */
export const frontendRule = (
  id: string,
  says: string,
  played: Played,
  check: (tried: Tried) => Promise<void>,
): Rule<FrontendSubject> => ({
  id,
  says,
  async run({ plugins }) {
    const { streams, written } = createTestStreams();
    const asked: Tried['asked'][number][] = [];
    let cancel = () => {};
    const all = [...plugins, agentOf(played, asked, () => cancel())];
    const kernel = await createTestKernel({ plugins: all, ownApprover: true, host: { streams } });
    try {
      const frontend = await kernel.service('frontend');
      const run: Tried['run'] = async (request, options = {}) => {
        const controller = new AbortController();
        if (options.cancel) cancel = () => controller.abort(options.cancel?.reason);
        const running = frontend.run({ mode: 'once', prompt: 'Hi', ...request }, kernel.call({}, controller.signal));
        return within(running, endLimitMs, controller.signal);
      };
      await check({ kernel, frontend, streams, written, asked, run });
    } finally {
      await kernel.dispose();
    }
  },
});

const sessionId = 'session-suite';
const manifest: Manifest = {
  apiVersion: 1,
  id: 'agent-suite',
  requires: { tools: { all: 'tool' } },
  permissions: [{ action: 'fs.write', match: '**', reason: 'the suite changes files' }],
  contributes: {
    agent: { suite: { summary: 'Plays what a rule needs' } },
    tool: {
      suite_change: { summary: 'Changes', effects: { kind: 'write', idempotent: true, openWorld: false } },
    },
  },
};
function agentOf(played: Played, asked: Tried['asked'][number][], onSaid: () => void): AnyPlugin {
  async function* run(request: AgentRequest, call: Call, tools: Handles<'tool'>): AsyncGenerator<RunEvent> {
    asked.push({ request, call });
    let seq = 0;
    for await (const body of played(request, call, tools)) {
      yield { v: 1, seq: ++seq, ts: '2026-01-02T03:04:05.678Z', sessionId, turn: 1, ...body };
      if (body.type === 'item.completed') onSaid();
    }
  }
  return {
    manifest: async () => ({ default: manifest }),
    setup: ({ deps }: { readonly deps: { readonly tools: Handles<'tool'> } }) => ({
      agent: { suite: { run: (request: AgentRequest, call: Call) => run(request, call, deps.tools) } },
      tool: {
        suite_change: {
          access: () => [{ action: 'fs.write', resource: 'x' }],
          run: () => ({ parts: [{ type: 'text', text: 'changed' }] }),
        },
      },
    }),
  };
}

export const usage = { inputTokens: 12, outputTokens: 34 };
export const completed = (more: Partial<RunCompleted> = {}): RunCompleted => ({
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
/** A message that is said in two pieces. */
export const message = (id: string, text: string): readonly RunEventBody[] => [
  { type: 'item.started', item: { type: 'agent_message', id, text: '' } },
  { type: 'item.delta', id, text: text.slice(0, 3) },
  { type: 'item.delta', id, text: text.slice(3) },
  { type: 'item.completed', item: { type: 'agent_message', id, text } },
];
export const toolCall = (name: string, input: string): readonly RunEventBody[] => {
  const item = { type: 'tool_call', id: 't', name, plugin: 'agent-suite', kind: 'read', input: { at: input } } as const;
  const result = { parts: [{ type: 'text', text: input }] } as const;
  return [
    { type: 'item.started', item: { ...item, status: 'in_progress' } },
    { type: 'item.completed', item: { ...item, status: 'completed', result } },
  ];
};
export const playing = (...bodies: readonly RunEventBody[]): Played =>
  async function* () {
    yield* bodies;
  };
