import { strict as assert } from 'node:assert';
import type { RunCompleted, RunEvent } from '../../contracts/agent.js';
import { exitCodeOf } from '../../contracts/exit.js';
import { modelError } from '../../contracts/model-errors.js';
import { isRusticError, RusticError } from '../../errors.js';
import { aborted } from '../agent/given.js';
import { completed, frontendRule, message, outputs, type Played, playing, usage } from './given.js';

const lastOf = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as RunEvent & RunCompleted;
const throwing: Played = async function* () {
  yield* message('a', 'So far.');
  throw modelError('RUSTIC_MODEL_IDLE', { limitMs: 5 });
};
/** As an agent ends that is cancelled. */
const working: Played = async function* (_, { signal }) {
  yield* message('a', 'Working.');
  await aborted(signal);
  const { reason } = signal as { readonly reason: unknown };
  yield { type: 'turn.interrupted', usage };
  yield completed({ status: 'interrupted', exitCode: isRusticError(reason) ? exitCodeOf(reason.code) : 130 });
};
/** As an agent ends that heeds nothing but the end of its stream. */
const torn: Played = async function* (_, { signal }) {
  yield* message('a', 'Working.');
  await aborted(signal);
  throw new Error('torn');
};
const asking: Played = async function* (_, call, tools) {
  const answer = await tools
    .get('suite_change')
    .invoke({}, call)
    .then(
      () => 'allowed',
      (error: unknown) => (isRusticError(error) ? error.code : 'failed'),
    );
  yield* message('a', answer);
  yield completed({ result: answer });
};
const limit = new RusticError({ code: 'RUSTIC_TIME_LIMIT', message: 'The time is over.' });

/** How a run ends that does not just end well. */
export const endRules = [
  frontendRule(
    'exit',
    'ends with the exit code of the run',
    playing(completed({ status: 'failed', exitCode: 6 })),
    async ({ run }) => {
      for (const output of outputs) assert.equal((await run({ output })).exitCode, 6, output);
    },
  ),
  frontendRule(
    'failed',
    'tells of a run that failed, with its code, its fix and its exit code',
    throwing,
    async ({ run, written }) => {
      assert.equal((await run()).exitCode, 7);
      const { code, message: text, fix = '' } = modelError('RUSTIC_MODEL_IDLE', { limitMs: 5 });
      for (const words of [code, text, fix]) assert.ok(written.stderr.includes(words), `stderr lacks "${words}"`);
      assert.equal(written.stdout, '');
    },
  ),
  frontendRule(
    'said',
    'shows what was said before a run failed, however it failed',
    throwing,
    async ({ run, written }) => {
      await run();
      assert.match(written.stderr, /So far\./);
    },
  ),
  frontendRule(
    'failed-json',
    'writes the end of a run as an object also when the agent throws',
    throwing,
    async ({ run, written }) => {
      assert.equal((await run({ output: 'json' })).exitCode, 7);
      const { status, exitCode, errors } = lastOf(written.stdout);
      assert.deepEqual([status, exitCode, errors[0]?.code], ['failed', 7, 'RUSTIC_MODEL_IDLE']);
    },
  ),
  frontendRule(
    'last',
    'writes run.completed as the last line, also when the agent throws',
    throwing,
    async ({ run, written }) => {
      assert.equal((await run({ output: 'stream-json' })).exitCode, 7);
      const { type, status, exitCode, errors, seq } = lastOf(written.stdout);
      assert.deepEqual([type, status, exitCode, errors[0]?.code], ['run.completed', 'failed', 7, 'RUSTIC_MODEL_IDLE']);
      assert.equal(seq, 5);
    },
  ),
  frontendRule(
    'cut',
    'fails a run that ends without saying so',
    playing(...message('a', 'So far.')),
    async ({ run, written }) => {
      for (const output of outputs) assert.equal((await run({ output })).exitCode, 1, output);
      assert.equal(lastOf(written.stdout).type, 'run.completed');
      assert.match(written.stderr, /So far\./);
    },
  ),
  frontendRule(
    'agent',
    'says which agent is not there, and does not throw',
    playing(completed()),
    async ({ run, written, asked }) => {
      assert.equal((await run({ agent: 'nobody' })).exitCode, 3);
      assert.match(written.stderr, /RUSTIC_CAPABILITY_NOT_FOUND/);
      assert.equal(asked.length, 0);
    },
  ),
  frontendRule(
    'cancel',
    'interrupts the run and ends with 130 when its call is cancelled',
    working,
    async ({ run, streams, written }) => {
      for (const output of outputs) assert.equal((await run({ output }, { cancel: {} })).exitCode, 130, output);
      assert.equal(lastOf(written.stdout).status, 'interrupted');
      assert.ok(!streams.stdout.destroyed, 'it closed stdout');
    },
  ),
  frontendRule(
    'cancel-torn',
    'ends with 130 also when the agent throws as it is cancelled',
    torn,
    async ({ run, written }) => {
      for (const output of outputs) assert.equal((await run({ output }, { cancel: {} })).exitCode, 130, output);
      const { type, status } = lastOf(written.stdout);
      assert.deepEqual([type, status], ['run.completed', 'interrupted']);
    },
  ),
  frontendRule('cancel-coded', 'ends with the exit code of a coded reason', working, async ({ run }) => {
    for (const output of outputs)
      assert.equal((await run({ output }, { cancel: { reason: limit } })).exitCode, 124, output);
  }),
  frontendRule(
    'ending',
    'writes its last line before the event of a sudden end returns',
    working,
    async ({ kernel, frontend, streams }) => {
      const [ending, call] = [new AbortController(), new AbortController()];
      const lines: string[] = [];
      const began = Promise.withResolvers<void>();
      const write = streams.stdout.write.bind(streams.stdout);
      streams.stdout.write = (chunk: unknown) => {
        lines.push(String(chunk));
        began.resolve();
        return write(chunk);
      };
      const request = { mode: 'once', prompt: 'Hi', output: 'stream-json', last: ending.signal } as const;
      const running = frontend.run(request, kernel.call({}, call.signal));
      await began.promise;
      ending.abort(limit);
      const { type, exitCode } = lastOf(lines.join(''));
      call.abort(limit);
      await running;
      assert.deepEqual([type, exitCode], ['run.completed', 124]);
    },
  ),
  frontendRule('unanswered', 'allows nothing where nobody can answer', asking, async ({ run, written }) => {
    assert.equal((await run()).exitCode, 0);
    assert.match(written.stdout, /^RUSTIC_PERMISSION_/);
  }),
];
