import { strict as assert } from 'node:assert';
import type { Handle, Origin } from '../../capability.js';
import type { AgentRequest, Item, RunCompleted, RunEvent } from '../../contracts/agent.js';
import type { ModelEvent } from '../../contracts/model-event.js';
import type { InCode } from '../../compose/in-code.js';
import type { Json } from '../../errors.js';
import type { AnyPlugin, Manifest } from '../../manifest.js';
import type { Answer } from '../../permissions/types.js';
import { createTestKernel, type TestKernel } from '../kernel.js';
import { type ScriptedModel, scriptedModel, type ScriptedReply } from '../model-plugin.js';
import type { Rule } from '../suite.js';
import { within } from '../within.js';

/** An agent, and what it stands on. The suite brings a model, tools and a person who answers. */
export interface AgentSubject {
  /** The agent's plugin and all it requires beside models and tools, such as sessions and their store. */
  readonly plugins: readonly InCode[];
  /** Default: the only one there is. */
  readonly name?: string;
}
/** What a rule is tried with. */
export interface Script {
  /** What the model says, reply by reply. */
  readonly replies: readonly ScriptedReply[];
  /** What the person answers. Default: yes, each time. */
  readonly answers?: readonly Answer[];
  readonly plugins?: readonly InCode[];
}
export interface Tried {
  readonly kernel: TestKernel;
  readonly agent: Handle<'agent'>;
  readonly model: ScriptedModel;
  /** Calls of the suite's tools that did run, in order. */
  readonly calls: readonly { readonly name: string; readonly input: Json; readonly origin: Origin }[];
  /** All events of one run. Throws: what the agent throws; when it does not end soon after it was cancelled. */
  run(request: Partial<AgentRequest>, options?: RunOptions): Promise<readonly RunEvent[]>;
}
interface RunOptions {
  /** Cancels the run when it says so. */
  readonly cancelAt?: (event: RunEvent) => boolean;
  /** Is waited for before the next event is read. */
  readonly onEvent?: (event: RunEvent) => unknown;
}

/** How long a cancelled run may take to end. Unit: ms. */
const endLimitMs = 2_000;

/** A rule that gets a kernel with the agent and a script of its own. */
export const agentRule = (
  id: string,
  says: string,
  script: Script | (() => Script),
  check: (tried: Tried) => Promise<void>,
): Rule<AgentSubject> => ({
  id,
  says,
  async run({ plugins, name }) {
    const { replies, answers = [{ outcome: 'once' }], ...more } = typeof script === 'function' ? script() : script;
    const model = scriptedModel(replies);
    const tools = suiteTools();
    const all = [...plugins, ...(more.plugins ?? []), model.plugin, tools.plugin];
    const kernel = await createTestKernel({ plugins: all, answers });
    try {
      const agents = kernel.use('agent');
      const agent = name === undefined ? agents.default : agents.get(name);
      const run: Tried['run'] = async (request, { cancelAt, onEvent } = {}) => {
        const controller = new AbortController();
        const events: RunEvent[] = [];
        const options = { signal: controller.signal };
        const read = async () => {
          for await (const event of agent.invoke({ prompt: 'Go.', ...request }, kernel.call(), options)) {
            events.push(event);
            await onEvent?.(event);
            if (cancelAt?.(event)) controller.abort();
          }
        };
        const reading = read();
        await within(reading, endLimitMs, controller.signal);
        return events;
      };
      await check({ kernel, agent, model, calls: tools.calls, run });
    } finally {
      await kernel.dispose();
    }
  },
});

const reads = { kind: 'read', idempotent: true, openWorld: false } as const;
const input = {
  type: 'object',
  required: ['at'],
  properties: { at: { type: 'string', description: 'Where' } },
};
const manifest: Manifest = {
  apiVersion: 1,
  id: 'tool-suite',
  permissions: [{ action: 'fs.write', match: '**', reason: 'the suite changes files' }],
  contributes: {
    tool: {
      suite_look: { summary: 'Looks', input, effects: reads, facts: { kind: 'read' } },
      suite_change: { summary: 'Changes', input, effects: { ...reads, kind: 'write' }, facts: { kind: 'edit' } },
      suite_wait: { summary: 'Waits until it is cancelled', input, effects: reads },
      suite_fail: { summary: 'Fails', input, effects: reads },
    },
  },
};

function suiteTools(): { readonly plugin: AnyPlugin; readonly calls: Tried['calls'] } {
  const calls: Tried['calls'][number][] = [];
  type Called = { readonly name: string; readonly origin: Origin; readonly signal: AbortSignal };
  type Given = { readonly at: string };
  const tool = (work: (given: Given, call: Called) => Promise<string> | string) => ({
    async run(given: Given, call: Called) {
      calls.push({ name: call.name, input: given, origin: call.origin });
      return { parts: [{ type: 'text', text: await work(given, call) }] };
    },
  });
  const plugin: AnyPlugin = {
    manifest: async () => ({ default: manifest }),
    setup: () => ({
      tool: {
        suite_look: tool(({ at }) => `saw ${at}`),
        suite_change: {
          access: ({ at }: Given) => [{ action: 'fs.write', resource: at }],
          ...tool(({ at }) => `changed ${at}`),
        },
        suite_wait: tool((_, { signal }) => aborted(signal).then(() => Promise.reject(new Error('it was stopped')))),
        suite_fail: tool(() => Promise.reject(new Error('it broke'))),
      },
    }),
  };
  return { plugin, calls };
}

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
export const say = (text: string): ModelEvent => ({ type: 'text', text });
export const callOf = (id: string, name: string, at = 'here'): ModelEvent => ({
  type: 'tool_call',
  id,
  name: `suite_${name}`,
  input: { at },
});
/** Says a text in pieces which are not joined on their way, as neighbours are: what is for display only parts them. */
export const pieces = (...texts: readonly string[]): readonly ModelEvent[] =>
  texts.flatMap((text) => [say(text), { type: 'tool_call_delta', id: 'none', name: 'suite_look', text: '' }]);
/** A reply that begins and does not end before it is cancelled. */
export const endless: ScriptedReply = async function* (_, signal) {
  yield say('I was about to');
  await aborted(signal);
};

export function completedOf(events: readonly RunEvent[]): RunEvent & RunCompleted {
  const last = events.at(-1);
  assert.equal(last?.type, 'run.completed', 'the last event is no run.completed');
  return last as RunEvent & RunCompleted;
}
type ItemEvent = Extract<RunEvent, { item: Item }>;
export const itemEvents = (events: readonly RunEvent[]): readonly ItemEvent[] =>
  events.filter((event): event is ItemEvent => 'item' in event);
/** What the model was given for a call. */
export function resultOf({ requests }: ScriptedModel, id: string) {
  const parts = requests.flatMap(({ messages }) => messages.flatMap((message) => message.parts));
  const results = parts.flatMap((part) => (part.type === 'tool_result' && part.id === id ? [part] : []));
  assert.ok(results[0], `the model was given no result for the call "${id}"`);
  return results[0];
}
