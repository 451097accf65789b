import { strict as assert } from 'node:assert';
import { textOf } from '../../contracts/content.js';
import { agentRule, callOf, completedOf, itemEvents, resultOf, say, type Script } from './given.js';

const answered = [say('Done.')];
const calling = (...names: readonly string[]): Script => ({
  replies: [names.map((name, index) => callOf(`c${index}`, name)), answered],
});
const denying: Script = { ...calling('change'), answers: [{ outcome: 'deny', message: 'Not this one.' }] };

/** How an agent uses tools. */
export const toolRules = [
  agentRule('offers', 'tells the model the tools of the composition', calling(), async ({ run, model }) => {
    await run({});
    const tools = model.requests[0]?.tools ?? [];
    const look = tools.find(({ name }) => name === 'suite_look');
    assert.ok(look, 'it does not tell of suite_look');
    assert.equal(look.description, 'Looks');
    assert.deepEqual((look.input as { readonly required?: unknown }).required, ['at']);
  }),
  agentRule(
    'calls',
    'runs the calls of a reply and gives their results back by id',
    calling('look', 'change'),
    async ({ run, model, calls }) => {
      const { status } = completedOf(await run({}));
      assert.equal(status, 'ok');
      assert.deepEqual(
        calls.map(({ name, input }) => [name, input]),
        [
          ['suite_look', { at: 'here' }],
          ['suite_change', { at: 'here' }],
        ],
      );
      assert.equal(textOf(resultOf(model, 'c0').output), 'saw here');
      assert.equal(textOf(resultOf(model, 'c1').output), 'changed here');
      const roles = model.requests[1]?.messages.map(({ role }) => role).filter((role) => role !== 'system');
      assert.deepEqual(roles, ['user', 'assistant', 'tool']);
    },
  ),
  agentRule(
    'call-items',
    'shows each call as an item, with its tool, its input and its result',
    calling('look'),
    async ({ run }) => {
      const shown = itemEvents(await run({})).flatMap(({ type, item }) =>
        item.type === 'tool_call' ? [{ ...item, type }] : [],
      );
      const [first] = shown;
      const last = shown.at(-1);
      assert.deepEqual([first?.type, last?.type], ['item.started', 'item.completed']);
      assert.deepEqual([first?.name, first?.plugin, first?.kind], ['suite_look', 'tool-suite', 'read']);
      assert.deepEqual(first?.input, { at: 'here' });
      assert.equal(last?.status, 'completed');
      assert.equal(textOf(last?.result?.parts ?? []), 'saw here');
    },
  ),
  agentRule(
    'below',
    'calls the model and tools below its own call, in its session',
    calling('look'),
    async ({ run, agent, calls }) => {
      const [first] = await run({});
      const [call] = calls;
      assert.deepEqual(call?.origin.agents, [agent.name]);
      assert.equal(call?.origin.session, first?.sessionId);
      assert.equal(call?.origin.trigger, 'agent');
      assert.equal(call?.origin.turn, first?.turn);
    },
  ),
  agentRule(
    'denied',
    'tells the model what was refused, does not do it, and goes on',
    denying,
    async ({ run, model, calls }) => {
      const { status, exitCode, permissionDenials, result } = completedOf(await run({}));
      assert.deepEqual(calls, []);
      assert.deepEqual([status, exitCode, result], ['ok', 0, 'Done.']);
      assert.deepEqual(permissionDenials, ['suite_change']);
      assert.match(resultOf(model, 'c0').error?.code ?? '', /^RUSTIC_PERMISSION_/);
      assert.match(textOf(resultOf(model, 'c0').output), /\S/);
    },
  ),
  agentRule('asked', 'shows every question and its answer', denying, async ({ run }) => {
    const events = await run({});
    const asked = events.flatMap((event) => (event.type === 'permission.requested' ? [event] : []));
    const decided = events.flatMap((event) => (event.type === 'permission.decided' ? [event] : []));
    assert.deepEqual([asked.length, decided.length], [1, 1]);
    assert.equal(asked[0]?.ask.name, 'suite_change');
    assert.equal(decided[0]?.id, asked[0]?.id);
    assert.equal(decided[0]?.answer.outcome, 'deny');
    assert.ok((decided[0]?.seq ?? 0) > (asked[0]?.seq ?? 0), 'the answer stands before the question');
  }),
  agentRule(
    'failing',
    'tells the model of a tool that fails or is not there, and goes on',
    calling('fail', 'gone'),
    async ({ run, model }) => {
      const events = await run({});
      assert.equal(completedOf(events).status, 'ok');
      assert.equal(resultOf(model, 'c0').error?.code, 'RUSTIC_OPERATION_FAILED');
      assert.equal(resultOf(model, 'c1').error?.code, 'RUSTIC_CAPABILITY_NOT_FOUND');
      for (const { type, item } of itemEvents(events))
        if (type === 'item.completed' && item.type === 'tool_call') assert.equal(item.status, 'failed');
    },
  ),
];
