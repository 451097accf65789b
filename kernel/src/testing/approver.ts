import { strict as assert } from 'node:assert';
import type { Answer, Approver, Ask, Rule as PermissionRule } from '../permissions/types.js';
import { frozen } from './frozen.js';
import { describeSuite, type Rule, type Runner } from './suite.js';
import { within } from './within.js';

/** What the one who answers says to every question; to `session` that can not be said: no. */
export type Said = 'once' | 'session' | 'deny';
export interface ApproverSubject {
  /** An approver whose questions are all answered so. */
  answering(said: Said): Promise<OpenApprover>;
  /** An approver that nobody answers, and nobody will: there is no terminal, nothing is listed. */
  nobody(): Promise<OpenApprover>;
  /** An approver whose questions wait for an answer that does not come. Absent: its questions never wait. */
  waiting?(): Promise<OpenApprover>;
}
export interface OpenApprover {
  readonly approver: Approver;
  close(): Promise<void>;
}

/** How long a question may take to be over when nobody waits for it any more. Unit: ms. */
const endLimitMs = 2_000;
const wouldStore: PermissionRule = { effect: 'allow', action: 'exec', match: 'git status' };
const asked: Ask = frozen({
  operation: 'tool',
  name: 'shell_run',
  plugin: 'tool-shell',
  version: '1.0.0',
  accesses: [{ action: 'exec', resource: 'git status' }],
  title: 'Runs a command',
  detail: { type: 'command', text: 'git status' },
  origin: { plugin: 'agent-loop', agents: ['main'], trigger: 'agent', headless: false },
  reason: 'no rule allows it',
});
const lasting: Ask = frozen({ ...asked, wouldStore });
const never = () => new AbortController().signal;
/** The words of `DecidedBy`. */
const deciders = ['person', 'rule', 'mode', 'grant', 'policy'];

const rule = (
  id: string,
  says: string,
  check: (
    open: (opened: Promise<OpenApprover> | undefined) => Promise<Approver>,
    subject: ApproverSubject,
  ) => Promise<void>,
  needs?: 'waiting',
): Rule<ApproverSubject> => ({
  id,
  says,
  ...(needs && { needs }),
  async run(subject) {
    const all: OpenApprover[] = [];
    try {
      await check(async (opening) => {
        const opened = await opening;
        if (!opened) throw new TypeError('the subject has no such approver');
        all.push(opened);
        return opened.approver;
      }, subject);
    } finally {
      for (const opened of all) await opened.close();
    }
  },
});
/** Whether a question came to nothing: denied, or rejected. */
const cameToNothing = (answer: Promise<Answer>) =>
  answer.then(
    ({ outcome }) => outcome === 'deny',
    () => true,
  );

/** What every approver promises, rule by rule. */
export const approverSuite: readonly Rule<ApproverSubject>[] = [
  rule('once', 'allows what is allowed, once', async (open, { answering }) => {
    const approver = await open(answering('once'));
    assert.deepEqual(await approver.ask(asked, never()), { outcome: 'once' });
    assert.deepEqual(await approver.ask(lasting, never()), { outcome: 'once' });
  }),
  rule('deny', 'denies what is denied, and nothing lasts of it', async (open, { answering }) => {
    const { outcome, ...more } = await (await open(answering('deny'))).ask(lasting, never());
    assert.equal(outcome, 'deny');
    assert.ok(
      Object.keys(more).every((key) => key === 'message'),
      'a denial has a message and no more',
    );
  }),
  rule('session', 'gives an answer that lasts where one can be remembered', async (open, { answering }) => {
    const { outcome } = await (await open(answering('session'))).ask(lasting, never());
    assert.equal(outcome, 'session');
  }),
  rule('forgetful', 'gives no answer that lasts to what can not be remembered', async (open, { answering }) => {
    const { outcome } = await (await open(answering('session'))).ask(asked, never());
    assert.ok(outcome === 'once' || outcome === 'deny', `it answers "${outcome}"`);
  }),
  rule('nobody', 'denies where nobody answers', async (open, { nobody }) => {
    assert.ok(await cameToNothing((await open(nobody())).ask(lasting, never())), 'it allows');
  }),
  rule('withdrawn', 'allows nothing that was withdrawn before it was asked', async (open, { answering }) => {
    const answer = (await open(answering('once'))).ask(asked, AbortSignal.abort());
    assert.ok(await cameToNothing(answer), 'it allows');
  }),
  rule(
    'cancel',
    'ends a question that waits soon after it is withdrawn',
    async (open, { waiting }) => {
      const controller = new AbortController();
      const answer = cameToNothing((await open(waiting?.())).ask(asked, controller.signal));
      controller.abort();
      assert.ok(await within(answer, endLimitMs, controller.signal), 'it allows');
    },
    'waiting',
  ),
  rule('beside', 'answers all of several questions that are asked at once', async (open, { answering }) => {
    const approver = await open(answering('once'));
    const answers = await Promise.all([asked, lasting, asked].map((ask) => approver.ask(ask, never())));
    assert.deepEqual(
      answers.map(({ outcome }) => outcome),
      ['once', 'once', 'once'],
    );
  }),
  rule('by', 'says in a known word who answers, or nothing', async (open, { answering }) => {
    const { by } = await open(answering('once'));
    assert.ok(by === undefined || deciders.includes(by), `"${String(by)}" is nobody who decides`);
  }),
];

/** Registers the suite for one approver. */
export const describeApprover = (subject: ApproverSubject, runner: Runner): void =>
  describeSuite('approver', approverSuite, subject, runner);
