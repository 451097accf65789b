import { strict as assert } from 'node:assert';
import type { Handle } from '../capability.js';
import type { RunEvent } from '../contracts/agent.js';
import type { CommandRequest } from '../contracts/command.js';
import type { InCode } from '../compose/in-code.js';
import { frozen } from './frozen.js';
import { collect, createTestKernel } from './kernel.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** A slash command, and what it stands on. Whatever it asks for is allowed. */
export interface CommandSubject {
  /** The command's plugin and all it requires. */
  readonly plugins: readonly InCode[];
  /** Its name, without the slash. */
  readonly name: string;
  /** What is typed after it, such that it works. */
  readonly text: string;
}
interface Tried {
  readonly command: Handle<'command'>;
  readonly request: CommandRequest;
  run(): Promise<readonly RunEvent[]>;
}

const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<CommandSubject> => ({
  id,
  says,
  async run({ plugins, name, text }) {
    const kernel = await createTestKernel({ plugins, answers: [{ outcome: 'once' }] });
    try {
      const command = kernel.use('command').get(name);
      const request: CommandRequest = frozen({ text, session: 'session-suite' });
      await check({ command, request, run: () => collect(command.invoke(request, kernel.call())) });
    } finally {
      await kernel.dispose();
    }
  },
});
/** What people type after a slash: no blank ends it too early. */
const typed = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What every command promises, rule by rule. */
export const commandSuite: readonly Rule<CommandSubject>[] = [
  rule('name', 'has a name that can be typed, and says what it does', async ({ command }) => {
    assert.match(command.name, typed);
    assert.match(command.declaration.summary, /\S{2,}/);
  }),
  rule('answers', 'says something', async ({ run }) => {
    const events = await run();
    const items = events.flatMap((event) => (event.type === 'item.completed' ? [event.item] : []));
    assert.ok(items.length > 0, 'it completes no item');
    for (const item of items) if ('text' in item) assert.match(item.text, /\S/, 'it says nothing');
  }),
  rule('head', 'has the version, a UTC time and the session it was given in every event', async ({ run, request }) => {
    for (const { v, ts, sessionId } of await run()) {
      assert.deepEqual([v, sessionId], [1, request.session]);
      assert.match(ts, iso);
    }
  }),
  rule('seq', 'counts its events from 1 without gaps', async ({ run }) => {
    const events = await run();
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
  }),
  rule('items', 'completes every item that it starts, and starts none twice', async ({ run }) => {
    const events = await run();
    const started = events.flatMap((event) => (event.type === 'item.started' ? [event.item.id] : []));
    const completed = events.flatMap((event) => (event.type === 'item.completed' ? [event.item.id] : []));
    for (const ids of [started, completed]) assert.equal(new Set(ids).size, ids.length, 'an id is used twice');
    for (const id of started) assert.ok(completed.includes(id), `"${id}" is not completed`);
  }),
  rule('json', 'has events that are plain JSON', async ({ run }) => {
    for (const event of await run()) assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
  }),
];

/** Registers the suite for one command. */
export const describeCommand = (subject: CommandSubject, runner: Runner): void =>
  describeSuite(`command ${subject.name}`, commandSuite, subject, runner);
