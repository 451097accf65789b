import { strict as assert } from 'node:assert';
import type { RunEvent } from '../../contracts/agent.js';
import { textOf } from '../../contracts/content.js';
import { agentRule, callOf, completedOf, endless, itemEvents, resultOf, say, type Script } from './given.js';

const endOf = (events: readonly { readonly type: string }[]) => events.slice(-2).map(({ type }) => type);
const city = { city: 'Oslo' };
const schema = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } };
const error = { code: 'RUSTIC_MODEL_RATE_LIMITED', message: 'Slow down.' };
const failing: Script = { replies: [() => [{ type: 'finish', reason: 'error', error }]] };
const looping: Script = { replies: Array.from({ length: 9 }, (_, index) => [callOf(`c${index}`, 'look')]) };

/** How a run ends that does not just end well. */
export const endRules = [
  agentRule(
    'cancel',
    'is interrupted soon when it is cancelled while the model speaks',
    { replies: [endless] },
    async ({ run }) => {
      const events = await run({}, { cancelAt: ({ type }) => type === 'item.started' || type === 'item.delta' });
      assert.deepEqual(endOf(events), ['turn.interrupted', 'run.completed']);
      const { status, exitCode } = completedOf(events);
      assert.deepEqual([status, exitCode], ['interrupted', 130]);
    },
  ),
  agentRule(
    'cancel-tool',
    'is interrupted soon when it is cancelled while a tool runs, and the model is told afterwards',
    { replies: [[callOf('w', 'wait')], [say('Later.')]] },
    async ({ run, model, calls }) => {
      const isCall = (event: RunEvent) => itemEvents([event])[0]?.item.type === 'tool_call';
      const events = await run({}, { cancelAt: isCall });
      assert.deepEqual([completedOf(events).status, completedOf(events).exitCode], ['interrupted', 130]);
      assert.equal(model.requests.length, 1);
      assert.ok(calls.length <= 1);
      await run({ session: events[0]?.sessionId ?? '' });
      assert.match(resultOf(model, 'w').error?.code ?? '', /^RUSTIC_/);
    },
  ),
  agentRule(
    'model-failed',
    'fails with the code of a model that fails, and does not throw',
    failing,
    async ({ run }) => {
      const events = await run({});
      assert.deepEqual(endOf(events), ['turn.failed', 'run.completed']);
      const failed = events.at(-2);
      assert.equal(failed && 'error' in failed && failed.error.code, error.code);
      const { status, exitCode, errors } = completedOf(events);
      assert.deepEqual([status, exitCode, errors[0]?.code], ['failed', 7, error.code]);
    },
  ),
  agentRule(
    'max-steps',
    'runs no more replies than maxSteps, and ends with exit code 6',
    looping,
    async ({ run, calls, model }) => {
      const { status, exitCode, errors } = completedOf(await run({ maxSteps: 2 }));
      assert.deepEqual([status, exitCode, errors[0]?.code], ['failed', 6, 'RUSTIC_LIMIT_STEPS']);
      assert.ok(calls.length <= 2, `${calls.length} calls were made`);
      assert.ok(model.requests.length <= 3, `the model was asked ${model.requests.length} times`);
    },
  ),
  agentRule(
    'price-unknown',
    'asks no model whose price nobody knows when there is a limit of cost',
    { replies: [] },
    async ({ run, model }) => {
      const { status, exitCode, errors } = completedOf(await run({ maxCostUsd: 1 }));
      assert.deepEqual([status, exitCode, errors[0]?.code], ['failed', 6, 'RUSTIC_LIMIT_COST_UNKNOWN']);
      assert.equal(model.requests.length, 0);
    },
  ),
  agentRule(
    'structured',
    'has the answer that was asked for as data',
    { replies: [[say(JSON.stringify(city))]] },
    async ({ run, model }) => {
      const { status, structured } = completedOf(await run({ output: { schema } }));
      assert.deepEqual([status, structured], ['ok', city]);
      assert.equal(model.requests.length, 1);
    },
  ),
  agentRule(
    'misfit',
    'asks once more for an answer that does not fit, then fails',
    { replies: [[say('{}')], [say(JSON.stringify(city))], [say('{}')], [say('[]')], [say(JSON.stringify(city))]] },
    async ({ run, model }) => {
      assert.equal(completedOf(await run({ output: { schema } })).status, 'ok');
      const second = completedOf(await run({ output: { schema } }));
      assert.deepEqual([second.status, second.errors[0]?.code], ['failed', 'RUSTIC_AGENT_OUTPUT']);
      assert.equal(second.structured, undefined);
      assert.equal(model.requests.length, 4);
      assert.match(textOf(model.requests[1]?.messages.at(-1)?.parts ?? []), /city/);
    },
  ),
];
