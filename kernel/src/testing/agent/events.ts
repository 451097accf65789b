import { strict as assert } from 'node:assert';
import { agentRule, callOf, completedOf, itemEvents, pieces, say, type Script } from './given.js';

/** Looks at something, then answers in two pieces. */
const script: Script = { replies: [[say('I look.'), callOf('a', 'look')], pieces('It is ', 'there.')] };
const speeches = ['agent_message', 'reasoning'];
/** Source: `toISOString`. */
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What the events of every run are like. */
export const eventRules = [
  agentRule('begins', 'begins with session.started, which says who works where with what', script, async (tried) => {
    const [first] = await tried.run({});
    assert.equal(first?.type, 'session.started');
    assert.equal(first.agent, tried.agent.name);
    assert.equal(first.model, 'test/scripted');
    assert.equal(first.cwd, tried.kernel.workspace);
    const ids = first.plugins.map(({ id }) => id);
    for (const id of [tried.agent.plugin, 'provider-test', 'tool-suite']) assert.ok(ids.includes(id), `no "${id}"`);
  }),
  agentRule('head', 'has the version, a UTC time and one session in every event', script, async ({ run }) => {
    const events = await run({});
    const [{ sessionId } = { sessionId: '' }] = events;
    assert.match(sessionId, /\S/);
    for (const event of events) {
      assert.deepEqual([event.v, event.sessionId], [1, sessionId]);
      assert.match(event.ts, iso);
    }
  }),
  agentRule('seq', 'counts its events from 1 without gaps', script, async ({ run }) => {
    const events = await run({});
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
  }),
  agentRule('json', 'has events that are plain JSON', script, async ({ run }) => {
    for (const event of await run({})) assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
  }),
  agentRule('completed', 'ends with one run.completed, which has the answer', script, async ({ run }) => {
    const events = await run({});
    const { status, exitCode, result, errors, permissionDenials, turns, durationMs } = completedOf(events);
    assert.deepEqual([status, exitCode, result], ['ok', 0, 'It is there.']);
    assert.deepEqual([errors, permissionDenials, turns], [[], [], 1]);
    assert.ok(durationMs >= 0 && durationMs < 60_000, 'its duration is none');
    assert.equal(events.filter(({ type }) => type === 'run.completed').length, 1);
  }),
  agentRule('turn', 'begins a turn before its items and completes it after them, once', script, async ({ run }) => {
    const events = await run({});
    const marks = events.map(({ type }) => (type.startsWith('item.') ? 'item' : type));
    const order = ['session.started', 'turn.started', 'item', 'turn.completed'];
    const seen = marks.filter(
      (mark, index) => order.includes(mark) && (mark !== 'item' || marks.indexOf(mark) === index),
    );
    assert.deepEqual(seen, order);
    assert.ok(marks.lastIndexOf('item') < marks.indexOf('turn.completed'), 'an item comes after the turn');
    const turns = new Set(events.map(({ turn }) => turn));
    assert.deepEqual([...turns], [1], 'its events are of other turns as well');
  }),
  agentRule('items', 'completes every item that it starts, and starts none twice', script, async ({ run }) => {
    const events = itemEvents(await run({}));
    const idsOf = (wanted: string) => events.flatMap(({ type, item }) => (type === wanted ? [item.id] : []));
    const started = idsOf('item.started');
    const completed = idsOf('item.completed');
    assert.ok(started.length >= 3, 'a message, a call and a message were not all started');
    for (const ids of [started, completed]) assert.equal(new Set(ids).size, ids.length, 'an id is used twice');
    const place = (type: string, id: string) => events.findIndex((one) => one.type === type && one.item.id === id);
    for (const id of started)
      assert.ok(place('item.completed', id) > place('item.started', id), `"${id}" is not completed after its start`);
  }),
  agentRule('deltas', 'sends text as deltas, which add up to its item, never as snapshots', script, async ({ run }) => {
    const open = new Map<string, string>();
    let pieces = 0;
    for (const event of await run({})) {
      if (event.type === 'item.started') open.set(event.item.id, '');
      if (event.type === 'item.delta') {
        const before = open.get(event.id);
        assert.ok(before !== undefined, 'a delta is of no item under way');
        open.set(event.id, before + event.text);
        pieces++;
      }
      if (event.type !== 'item.completed' || !speeches.includes(event.item.type)) continue;
      assert.equal(open.get(event.item.id), 'text' in event.item ? event.item.text : '');
      open.delete(event.item.id);
    }
    assert.ok(pieces >= 2, 'it sends no deltas');
  }),
  agentRule('usage', 'adds up what all calls of the model took', script, async ({ run, model }) => {
    const events = await run({});
    assert.equal(model.requests.length, 2);
    const { inputTokens, outputTokens } = completedOf(events).usage;
    assert.deepEqual([inputTokens, outputTokens], [20, 10]);
    const turn = events.find(({ type }) => type === 'turn.completed');
    assert.deepEqual(turn && 'usage' in turn && turn.usage, completedOf(events).usage);
  }),
];
