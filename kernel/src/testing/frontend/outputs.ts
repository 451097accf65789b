import { strict as assert } from 'node:assert';
import type { EventEmitter } from 'node:events';
import type { RunEvent } from '../../contracts/agent.js';
import { completed, frontendRule, message, outputs, playing, toolCall, usage } from './given.js';

const speaking = [
  { type: 'turn.started' },
  ...message('a', 'First.'),
  ...toolCall('suite_look', 'there'),
  ...message('b', 'Last.'),
  { type: 'turn.completed', usage },
  completed({ result: 'Last.' }),
] as const;
const changing = {
  type: 'item.completed',
  item: { type: 'file_change', id: 'change-1', path: 'a.txt', diff: '--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-one\n+two\n' },
} as const;
const linesOf = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RunEvent);
/** What a terminal would obey, in all that a model or a tool can say. */
const hostile = '\u001b[2J\u001b]0;owned\u0007\u009b8m\r\u202e';
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

/** What comes out of a run that ends well. */
export const outputRules = [
  frontendRule(
    'text',
    'writes the answer and nothing else to stdout',
    playing(...speaking),
    async ({ run, written }) => {
      assert.deepEqual(await run(), { exitCode: 0, session: 'session-suite' });
      assert.equal(written.stdout, 'Last.\n');
    },
  ),
  frontendRule(
    'once',
    'shows the answer once: what is written to stdout is not said on stderr as well, also where files were changed',
    playing(...speaking.flatMap((body) => (body.type === 'turn.completed' ? [changing, body] : [body]))),
    async ({ run, written }) => {
      await run();
      const all = `${written.stdout}${written.stderr}`;
      assert.equal(all.split('Last.').length - 1, 1, `it shows the answer so often: ${JSON.stringify(written)}`);
    },
  ),
  frontendRule(
    'result',
    'writes the answer of a run that said it without a message',
    playing(completed({ result: 'Here.' })),
    async ({ run, written }) => {
      await run();
      assert.equal(written.stdout, 'Here.\n');
    },
  ),
  frontendRule(
    'json',
    'writes one object at the end when json is asked for',
    playing(...speaking),
    async ({ run, written }) => {
      assert.deepEqual(await run({ output: 'json' }), { exitCode: 0, session: 'session-suite' });
      const { type: _, ...rest } = completed({ result: 'Last.' });
      const wanted = { schema: 'rustic.run-result/1', sessionId: 'session-suite', ...rest };
      assert.equal(written.stdout.trimEnd().split('\n').length, 1, 'it writes several lines');
      assert.deepEqual(JSON.parse(written.stdout), wanted);
    },
  ),
  frontendRule(
    'stream-json',
    'writes every event as a line when stream-json is asked for',
    playing(...speaking),
    async ({ run, written }) => {
      assert.deepEqual(await run({ output: 'stream-json' }), { exitCode: 0, session: 'session-suite' });
      const head = { v: 1, ts: '2026-01-02T03:04:05.678Z', sessionId: 'session-suite', turn: 1 };
      const wanted = speaking.map((body, index) => ({ ...head, seq: index + 1, ...body }));
      assert.deepEqual(linesOf(written.stdout), wanted);
    },
  ),
  frontendRule(
    'quiet',
    'writes nothing to stderr when a program reads',
    playing(...speaking),
    async ({ run, written }) => {
      for (const output of ['json', 'stream-json'] as const) await run({ output });
      assert.equal(written.stderr, '');
    },
  ),
  frontendRule(
    'visible',
    'shows control characters instead of sending them to a terminal, whoever said them',
    playing(
      ...message('a', `One ${hostile}.`),
      ...toolCall(`suite_${hostile}`, hostile),
      ...message('b', `Two ${hostile}.`),
      completed({
        status: 'failed',
        exitCode: 1,
        result: `Two ${hostile}.`,
        errors: [{ code: 'RUSTIC_TOOL_UNKNOWN', message: hostile }],
      }),
    ),
    async ({ run, written }) => {
      await run();
      const all = `${written.stdout}${written.stderr}`.replaceAll('\n', '');
      assert.match(all, /Two/);
      assert.doesNotMatch(all, controls);
    },
  ),
  frontendRule('request', 'hands on what was asked, and only that', playing(completed()), async ({ run, asked }) => {
    const schema = { type: 'object' };
    await run({ prompt: 'Do it.', session: 's', model: 'm', maxSteps: 3, maxCostUsd: 2, schema, agent: 'suite' });
    await run({ prompt: 'Again.' });
    const whole = { prompt: 'Do it.', session: 's', model: 'm', maxSteps: 3, maxCostUsd: 2, output: { schema } };
    assert.deepEqual(
      asked.map(({ request }) => request),
      [whole, { prompt: 'Again.' }],
    );
  }),
  frontendRule(
    'root',
    'calls the agent below the call it was given',
    playing(completed()),
    async ({ kernel, frontend, asked }) => {
      for (const output of outputs)
        await frontend.run(
          { mode: 'once', prompt: 'Hi', output },
          kernel.call({ trigger: 'schedule', headless: true }),
        );
      for (const { call } of asked) assert.deepEqual([call.origin.trigger, call.origin.headless], ['schedule', true]);
      assert.equal(asked.length, outputs.length);
    },
  ),
  frontendRule(
    'settled',
    'leaves no listener on the streams it was given',
    playing(...speaking),
    async ({ run, streams }) => {
      const all: readonly EventEmitter[] = Object.values(streams);
      const counts = () => all.map((stream) => stream.eventNames().map((name) => [name, stream.listenerCount(name)]));
      await run();
      const before = counts();
      for (const output of outputs) await run({ output });
      assert.deepEqual(counts(), before);
    },
  ),
];
