import { strict as assert } from 'node:assert';
import type { RunEvent } from '../contracts/agent.js';
import { textOf } from '../contracts/content.js';
import type { ModelRequest } from '../contracts/model.js';
import { type AgentSubject, agentRule, callOf, completedOf, itemEvents, say, type Script } from './agent/given.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

const script: Script = { replies: [[callOf('a', 'look')], [say('Done.')], [say('Again.')]] };
const isCall = (event: RunEvent) => event.type === 'item.started' && event.item.type === 'tool_call';
const spoken = (request: ModelRequest | undefined) =>
  request?.messages.flatMap(({ role, parts }) => (role === 'user' ? [textOf(parts)] : []));

/** What a service `steering` promises, rule by rule. Its agent is the subject. */
export const steeringSuite: readonly Rule<AgentSubject>[] = [
  agentRule('heard', 'tells the model what is said meanwhile, in order', script, async ({ kernel, run, model }) => {
    const steering = await kernel.service('steering');
    const onEvent = async (event: RunEvent) => {
      if (!isCall(event)) return;
      for (const text of ['And b.', 'And c.']) assert.equal(await steering.say(event.sessionId, text), true);
    };
    assert.equal(completedOf(await run({ prompt: 'Look.' }, { onEvent })).status, 'ok');
    assert.deepEqual(spoken(model.requests[1]), ['Look.', 'And b.', 'And c.']);
  }),
  agentRule('item', 'says in the stream when it was told', script, async ({ kernel, run }) => {
    const steering = await kernel.service('steering');
    const onEvent = (event: RunEvent) => isCall(event) && steering.say(event.sessionId, 'And b.');
    const items = itemEvents(await run({}, { onEvent })).flatMap(({ type, item }) =>
      item.type === 'user_message' ? [[type, item.text]] : [],
    );
    assert.deepEqual(items, [['item.completed', 'And b.']]);
  }),
  agentRule('turn', 'begins no turn with what is said', script, async ({ kernel, run }) => {
    const steering = await kernel.service('steering');
    const onEvent = (event: RunEvent) => isCall(event) && steering.say(event.sessionId, 'And b.');
    const [first] = await run({}, { onEvent });
    const [second] = await run({ session: first?.sessionId ?? '' });
    assert.equal(second?.turn, 2);
  }),
  agentRule('nobody', 'says that nobody hears it where no turn is under way', script, async ({ kernel, run }) => {
    const steering = await kernel.service('steering');
    assert.equal(await steering.say('nope', 'Hello?'), false);
    const others: boolean[] = [];
    const onEvent = async (event: RunEvent) => {
      if (isCall(event)) others.push(await steering.say('nope', 'Hello?'));
    };
    await run({}, { onEvent });
    assert.deepEqual(others, [false]);
  }),
  agentRule('late', 'keeps nothing of what is said after the turn', script, async ({ kernel, run, model }) => {
    const steering = await kernel.service('steering');
    const [first] = await run({ prompt: 'Look.' });
    const session = first?.sessionId ?? '';
    assert.equal(await steering.say(session, 'Too late.'), false);
    await run({ prompt: 'More.', session });
    assert.deepEqual(spoken(model.requests[2]), ['Look.', 'More.']);
  }),
];

/** Registers the suite for one agent that can be talked to meanwhile. */
export const describeSteering = (subject: AgentSubject, runner: Runner): void =>
  describeSuite('steering', steeringSuite, subject, runner);
