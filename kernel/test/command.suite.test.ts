import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { commandSuite, type CommandSubject, describeCommand, scoreOf } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugins.js';

interface Parts {
  readonly name: string;
  readonly summary: string;
  events(events: readonly RunEvent[]): readonly object[];
}
const good: Parts = { name: 'greet', summary: 'Greets somebody', events: (events) => events };
const subject = (twin: Partial<Parts> = {}): CommandSubject => {
  const { name, summary, events } = { ...good, ...twin };
  const run = async function* ({ text, session = '' }: { readonly text: string; readonly session?: string }) {
    const item = { type: 'agent_message', id: 'a', text: `Hello, ${text}!` } as const;
    const head = (seq: number) => ({ v: 1, seq, ts: '2026-01-02T03:04:05.678Z', sessionId: session }) as const;
    yield* events([
      { ...head(1), type: 'item.started', item: { ...item, text: '' } },
      { ...head(2), type: 'item.delta', id: 'a', text: item.text },
      { ...head(3), type: 'item.completed', item },
    ]);
  };
  const greeter = plugin({ id: 'greeter', contributes: { command: { [name]: { summary } } } }, () => ({
    command: { [name]: { run } },
  }));
  return { plugins: [greeter], name, text: 'Ada' };
};
const each = (change: (event: RunEvent) => object): Partial<Parts> => ({ events: (events) => events.map(change) });

/** One command or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Partial<Parts>[]> = {
  name: [{ name: 'Say hello' }, { summary: ' ' }],
  answers: [
    each((event) => (event.type === 'item.completed' ? { ...event, item: { ...event.item, text: ' ' } } : event)),
    { events: () => [] },
  ],
  head: [each((event) => ({ ...event, sessionId: '' })), each((event) => ({ ...event, ts: 'now' }))],
  seq: [each((event) => ({ ...event, seq: 1 }))],
  items: [
    {
      events: ([started, delta, completed]) => [started!, delta!, { ...completed!, item: { type: 'error', id: 'b' } }],
    },
    { events: ([started, ...rest]) => [started!, { ...rest[0]!, type: 'item.started', item: { id: 'a' } }, rest[1]!] },
  ],
  json: [each((event) => ({ ...event, parent: undefined }))],
};

describeCommand(subject(), { describe, it });

describe('the command suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(commandSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on a command that breaks it (%i), and nothing else', async (id, _, twin) => {
    const { rules } = await scoreOf('command', commandSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
