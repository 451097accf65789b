import { strict as assert } from 'node:assert';
import { type Part, textOf } from '../../contracts/content.js';
import type { ModelRequest } from '../../contracts/model.js';
import type { AnyPlugin } from '../../manifest.js';
import { scriptedModel } from '../model-plugin.js';
import { recordHooks } from '../record-hooks.js';
import { agentRule, callOf, completedOf, say, type Script } from './given.js';

const spoken = ({ messages }: ModelRequest) =>
  messages.filter(({ role }) => role !== 'system').map(({ role, parts }) => `${role}: ${textOf(parts)}`);
const systemOf = ({ messages }: ModelRequest) =>
  messages.flatMap(({ role, parts }) => (role === 'system' ? [textOf(parts)] : [])).join('\n');

const lifecycle = ['session.opened', 'turn.started', 'turn.completed', 'session.closed'] as const;
/** A plugin that taps hooks. */
const tapping = (taps: { readonly [hook: string]: (payload: never) => unknown }): AnyPlugin => ({
  manifest: async () => ({
    default: {
      apiVersion: 1,
      id: 'hooks-suite',
      contributes: { hook: Object.fromEntries(Object.keys(taps).map((hook) => [hook, {}])) },
    },
  }),
  setup: () => ({ hook: taps }),
});
const hiding: Script = {
  replies: [],
  plugins: [
    tapping({
      'prompt.parts': () => ({ id: 'noon', stability: 'turn', text: 'It is noon.' }),
      'prompt.build': (prompt: { readonly parts: readonly object[] }) => ({
        ...prompt,
        parts: [...prompt.parts, { id: 'brief', stability: 'session', text: 'Be brief.' }],
      }),
      'tools.select': (choice: { readonly tools: readonly { readonly name: string }[] }) => ({
        ...choice,
        tools: choice.tools.filter(({ name }) => name !== 'suite_fail'),
      }),
    }),
  ],
};

/** How an agent deals with sessions, the request and hooks. */
export const aroundRules = [
  agentRule(
    'resume',
    'goes on with the session it is given, and knows what was said in it',
    { replies: [[callOf('a', 'look')], [say('One.')], [say('Two.')]] },
    async ({ run, model }) => {
      const first = await run({ prompt: 'First?' });
      const session = first[0]?.sessionId ?? '';
      const second = await run({ prompt: 'Second?', session });
      assert.deepEqual([second[0]?.sessionId, second[0]?.turn], [session, 2]);
      assert.equal(completedOf(second).result, 'Two.');
      const [, , request] = model.requests;
      assert.ok(request, 'the model was not asked again');
      assert.deepEqual(spoken(request), ['user: First?', 'assistant: ', 'tool: ', 'assistant: One.', 'user: Second?']);
    },
  ),
  agentRule('apart', 'keeps sessions apart', { replies: [[say('One.')], [say('Two.')]] }, async ({ run, model }) => {
    const [first] = await run({ prompt: 'First?' });
    const [second] = await run({ prompt: 'Second?' });
    assert.notEqual(first?.sessionId, second?.sessionId);
    const [, request] = model.requests;
    assert.deepEqual(request && spoken(request), ['user: Second?']);
  }),
  agentRule('session-unknown', 'refuses a session that is not there', { replies: [] }, async ({ run, model }) => {
    const failed = run({ session: 'nope' }).then(
      (events) => completedOf(events).errors[0],
      (thrown: unknown) => thrown,
    );
    assert.equal(((await failed) as { readonly code?: string } | undefined)?.code, 'RUSTIC_SESSION_UNKNOWN');
    assert.equal(model.requests.length, 0);
  }),
  agentRule(
    'model',
    'asks the model that the request names',
    () => {
      const other = scriptedModel([[say('I am the other one.')]], 'other');
      return { replies: [], plugins: [other.plugin] };
    },
    async ({ run, model }) => {
      const events = await run({ model: 'test/other' });
      assert.equal(completedOf(events).result, 'I am the other one.');
      assert.equal(model.requests.length, 0);
    },
  ),
  agentRule('parts', 'hands on a prompt of several parts as it is', { replies: [] }, async ({ run, model }) => {
    const prompt: readonly Part[] = [
      { type: 'text', text: 'What is this?' },
      { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
    ];
    await run({ prompt });
    assert.deepEqual(model.requests[0]?.messages.findLast(({ role }) => role === 'user')?.parts, prompt);
  }),
  agentRule(
    'prompt',
    'tells the model what plugins add, and not of tools they hide',
    hiding,
    async ({ run, model }) => {
      await run({});
      const [request] = model.requests;
      const system = request ? systemOf(request) : '';
      for (const text of ['It is noon.', 'Be brief.']) assert.ok(system.includes(text), `"${text}" is not told`);
      const names = request?.tools?.map(({ name }) => name) ?? [];
      assert.deepEqual([names.includes('suite_look'), names.includes('suite_fail')], [true, false]);
    },
  ),
  agentRule(
    'lifecycle',
    'fires the hooks of sessions and turns, each in its place',
    () => {
      const { plugin, seen } = recordHooks(...lifecycle);
      const told = () => [say(seen.map(({ hook }) => hook).join(' '))];
      return { replies: [told, told], plugins: [plugin] };
    },
    async ({ run }) => {
      const first = completedOf(await run({}));
      assert.equal(first.result, lifecycle.slice(0, 2).join(' '));
      const second = completedOf(await run({}));
      assert.equal(second.result, [...lifecycle, ...lifecycle.slice(0, 2)].join(' '));
    },
  ),
];
