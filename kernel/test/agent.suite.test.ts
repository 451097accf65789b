import type { RunEventBody } from '@rustic-ai/kernel/contracts';
import { agentSuite, type AgentSubject, describeAgent } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { rulesBrokenBy } from './broken.js';
import { type AgentParts, goodAgent, referenceAgent } from './reference-agent.js';

type Twin = Partial<AgentParts> | (() => Partial<AgentParts>);
const subject = (twin: Twin = {}): AgentSubject => ({
  plugins: [referenceAgent({ ...goodAgent, ...(typeof twin === 'function' ? twin() : twin) })],
});
/** An agent that says something else in the place of some events. */
const telling = (change: (body: RunEventBody) => object | undefined): Twin => ({
  body: (body) => {
    const changed = change(body);
    return changed ? [{ ...body, ...changed } as RunEventBody] : [];
  },
});
const isOn = <Type extends RunEventBody['type']>(
  body: RunEventBody,
  type: Type,
): body is RunEventBody & { type: Type } => body.type === type;

/** One agent or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Twin[]> = {
  begins: [
    telling((body) => (isOn(body, 'session.started') ? { cwd: '/' } : {})),
    telling((body) => (isOn(body, 'session.started') ? { plugins: [] } : {})),
  ],
  head: [
    { event: ({ ts, ...event }) => ({ ...event, ts: ts.slice(0, 10) }) },
    { event: (event) => ({ ...event, v: 2 }) },
    { event: (event) => (event.type === 'item.delta' ? { ...event, sessionId: '' } : event) },
  ],
  seq: [{ event: (event) => ({ ...event, seq: event.seq - 1 }) }],
  json: [{ event: (event) => ({ ...event, parent: undefined }) }],
  completed: [
    telling((body) => (isOn(body, 'run.completed') && body.status === 'ok' ? { turns: 0 } : {})),
    { body: (body) => (isOn(body, 'turn.completed') ? [body, { ...early, turns: 1 }] : [body]) },
  ],
  turn: [
    telling((body) => (isOn(body, 'turn.started') ? undefined : {})),
    { body: (body) => (isOn(body, 'turn.completed') ? [body, change] : [body]) },
  ],
  items: [
    telling((body) => {
      if ('item' in body && body.item.type === 'agent_message') return { item: { ...body.item, id: 'one' } };
      return isOn(body, 'item.delta') ? { id: 'one' } : {};
    }),
    telling((body) => {
      const isFirst = isOn(body, 'item.completed') && 'text' in body.item && body.item.text === 'I look.';
      return isFirst ? undefined : {};
    }),
  ],
  deltas: [
    () => {
      let said = '';
      return telling((body) => {
        if (isOn(body, 'item.started')) said = '';
        return isOn(body, 'item.delta') ? { text: (said += body.text) } : {};
      }) as Partial<AgentParts>;
    },
    telling((body) => (isOn(body, 'item.delta') ? undefined : {})),
  ],
  usage: [{ sum: (_, more) => more }],
  offers: [
    {
      asked: ({ tools = [], ...request }) => ({
        ...request,
        tools: tools.map((tool) => ({ ...tool, description: '' })),
      }),
    },
  ],
  calls: [
    { calls: (calls) => calls.toReversed() },
    { result: (result) => (result.error ? result : { ...result, output: [] }) },
  ],
  'call-items': [
    telling((body) =>
      'item' in body && body.item.type === 'tool_call' ? { item: { ...body.item, kind: 'think' } } : {},
    ),
  ],
  below: [{ isSessionTold: false }],
  denied: [
    telling((body) => (isOn(body, 'run.completed') ? { permissionDenials: [] } : {})),
    {
      result: ({ error, ...result }) =>
        error?.code.startsWith('RUSTIC_PERMISSION') ? result : { ...result, ...(error && { error }) },
    },
  ],
  asked: [telling((body) => (isOn(body, 'permission.decided') ? undefined : {}))],
  failing: [{ failsWithTools: true }],
  cancel: [telling((body) => (isOn(body, 'turn.interrupted') ? undefined : {}))],
  'cancel-tool': [
    {
      result: ({ error, ...result }) =>
        error?.code === 'RUSTIC_OPERATION_ABORTED' ? result : { ...result, ...(error && { error }) },
    },
  ],
  'model-failed': [
    telling((body) => (isOn(body, 'run.completed') && body.exitCode === 7 ? { exitCode: 1 } : {})),
    telling((body) => (isOn(body, 'turn.failed') && body.error.code.startsWith('RUSTIC_MODEL') ? undefined : {})),
  ],
  'max-steps': [{ request: ({ maxSteps: _, ...request }) => request }],
  'price-unknown': [{ knowsPrices: true }],
  structured: [telling((body) => (isOn(body, 'run.completed') && body.structured ? { structured: null } : {}))],
  misfit: [{ asksAgain: false }],
  resume: [
    { event: (event) => ({ ...event, turn: 1 }) },
    { asked: ({ messages, ...request }) => ({ ...request, messages: messages.slice(-4) }) },
  ],
  apart: [{ sharesSession: true }],
  'session-unknown': [{ opensAny: true }],
  model: [{ request: ({ model: _, ...request }) => request }],
  parts: [
    {
      request: (request) => ({
        ...request,
        prompt: typeof request.prompt === 'string' ? request.prompt : request.prompt.slice(0, 1),
      }),
    },
  ],
  prompt: [{ firesHooks: false }],
  lifecycle: [{ closes: false }],
};
const change: RunEventBody = {
  type: 'item.completed',
  item: { type: 'file_change', id: 'late', path: '/x', diff: '' },
};
const early = {
  type: 'run.completed',
  status: 'ok',
  exitCode: 0,
  usage: { inputTokens: 0, outputTokens: 0 },
  turns: 1,
  durationMs: 0,
  permissionDenials: [],
  errors: [],
} as const;

describeAgent(subject(), { describe, it });

describe('the agent suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(agentSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on an agent that breaks it (%i), and nothing else', async (id, _, twin) => {
    expect(await rulesBrokenBy(agentSuite, subject(twin))).toEqual([id]);
  });
});
