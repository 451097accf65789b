import type { Answer, Approver } from '@rustic-ai/kernel/contracts';
import { approverSuite, type ApproverSubject, describeApprover } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { rulesBrokenBy } from './broken.js';

const denied: Answer = { outcome: 'deny', message: 'The question was withdrawn.' };
const good = (said: Answer['outcome'] | 'nothing'): Approver => ({
  by: 'policy',
  async ask({ wouldStore }, signal) {
    if (said === 'nothing' && !signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    if (signal.aborted || said === 'nothing') return denied;
    return { outcome: said === 'session' && !wouldStore ? 'deny' : said };
  },
});
type Twin = (good: Approver) => Partial<Approver>;
const subject = (twin: Twin = () => ({})): ApproverSubject => {
  const open = async (said: Answer['outcome'] | 'nothing') => {
    const approver = good(said);
    return { approver: { ...approver, ...twin(approver) }, close: async () => {} };
  };
  return { answering: open, nobody: () => open('deny'), waiting: () => open('nothing') };
};
/** An approver that answers something else. */
const answering =
  (change: (answer: Answer, aborted: boolean) => Answer): Twin =>
  (approver) => ({
    ask: async (ask, signal) => change(await approver.ask(ask, signal), signal.aborted),
  });

/** One approver per rule that breaks what the rule is about. */
const twins: Record<string, readonly Twin[]> = {
  once: [answering((answer) => (answer.outcome === 'once' ? ({ ...answer, message: 'fine' } as Answer) : answer))],
  deny: [
    answering((answer, gone) =>
      answer.outcome === 'deny' && !gone ? ({ ...answer, expires: '2030-01-01T00:00:00Z' } as Answer) : answer,
    ),
  ],
  session: [answering((answer) => (answer.outcome === 'session' ? { outcome: 'once' } : answer))],
  forgetful: [
    (approver) => ({
      ask: async (ask, signal) =>
        ask.wouldStore || (await approver.ask({ ...ask, wouldStore: rule }, signal)).outcome !== 'session'
          ? approver.ask(ask, signal)
          : { outcome: 'session' },
    }),
  ],
  withdrawn: [
    (approver) => ({
      ask: (ask, signal) =>
        signal.aborted ? approver.ask(ask, new AbortController().signal) : approver.ask(ask, signal),
    }),
  ],
  cancel: [
    (approver) => ({ ask: (ask, signal) => approver.ask(ask, signal.aborted ? signal : new AbortController().signal) }),
  ],
  beside: [
    (approver) => {
      let asking = 0;
      return {
        async ask(ask, signal) {
          asking++;
          await Promise.resolve();
          return asking-- > 1 ? denied : approver.ask(ask, signal);
        },
      };
    },
  ],
  by: [() => ({ by: 'nobody' as never })],
};
const rule = { effect: 'allow', action: 'exec', match: 'x' } as const;

describeApprover(subject(), { describe, it });

describe('the approver suite', () => {
  it('has broken twins for every rule', () => {
    expect([...Object.keys(twins), 'nobody'].toSorted()).toEqual(approverSuite.map(({ id }) => id).toSorted());
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on an approver that breaks it (%i), and nothing else', async (id, _, twin) => {
    expect(await rulesBrokenBy(approverSuite, subject(twin))).toEqual([id]);
  });
  it('fails "nobody" on an approver that allows where nobody answers, and nothing else', async () => {
    const eager = { ...subject(), nobody: subject().answering.bind(undefined, 'once') };
    expect(await rulesBrokenBy(approverSuite, eager)).toEqual(['nobody']);
  });
});
