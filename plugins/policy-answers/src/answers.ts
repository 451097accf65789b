import type { Access, Answer, Approver, Ask } from '@rustic-ai/kernel/contracts';
import { fits } from './wildcard.js';

export interface ListedAnswer {
  readonly operation?: string;
  readonly name?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly answer: 'once' | 'session' | 'deny';
  readonly message?: string;
  readonly times?: number;
}

const any = '*';
/** What the call touches; only what every call implies when it touches nothing. */
function touched({ operation, name, accesses }: Ask): readonly Access[] {
  const declared = accesses.filter(({ action, resource }) => action !== operation || resource !== name);
  return declared.length > 0 ? declared : accesses;
}

/** Whether an answer is for this question: one that allows must fit everything the call touches, a deny any of it. */
export function isFor(listed: ListedAnswer, ask: Ask): boolean {
  const { operation = any, name = any, action = any, resource = any, answer } = listed;
  if (!fits(operation, ask.operation) || !fits(name, ask.name)) return false;
  const hit = (access: Access) => fits(action, access.action) && fits(resource, access.resource);
  if (ask.accesses.length === 0) return action === any && resource === any;
  return answer === 'deny' ? ask.accesses.some(hit) : touched(ask).every(hit);
}

function toAnswer({ answer, message }: ListedAnswer, ask: Ask): Answer {
  if (answer === 'deny') return { outcome: 'deny', ...(message !== undefined && { message }) };
  return { outcome: ask.wouldStore ? answer : 'once' };
}

/** An approver that gives the first listed answer for a question, each as often as it may be used, and denies the rest. */
export function createApprover(answers: readonly ListedAnswer[]): Approver {
  const used = answers.map(() => 0);
  return {
    by: 'policy',
    async ask(ask, signal) {
      if (signal.aborted) return { outcome: 'deny', message: 'The question was withdrawn.' };
      const index = answers.findIndex((each, at) => (used[at] ?? 0) < (each.times ?? Infinity) && isFor(each, ask));
      const listed = answers[index];
      if (!listed) return { outcome: 'deny', message: 'No answer for this question is listed.' };
      used[index] = (used[index] ?? 0) + 1;
      return toAnswer(listed, ask);
    },
  };
}
