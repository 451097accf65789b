import type { Answer, Approver, Ask } from '@rustic-ai/kernel/contracts';
import { askLines } from './describe.js';
import type { Desk } from './desk.js';
import { askForAnswer } from './question.js';
import { until } from './until.js';
import type { Streams } from './streams.js';

export interface TerminalApprover extends Approver {
  /** Whether this question was put to the person; true once for each time. */
  wasShown(ask: Ask): boolean;
}

const withdrawn: Answer = { outcome: 'deny', message: 'The question was withdrawn.' };

/** Puts questions to the person at the terminal, one at a time; without a terminal the answer is no. */
export function createApprover({ stdin, stderr }: Pick<Streams, 'stdin' | 'stderr'>, desk: Desk): TerminalApprover {
  const shown: string[] = [];
  let before: Promise<unknown> = Promise.resolve();
  async function put(ask: Ask, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) return withdrawn;
    const { seat } = desk;
    seat.hold();
    try {
      shown.push(JSON.stringify(ask));
      seat.show(askLines(ask, seat.style));
      const answer = await askForAnswer(ask, (question) => seat.ask(question, signal), seat.style.signs.between);
      if (!signal.aborted) return answer;
      seat.show('\n');
      return withdrawn;
    } finally {
      seat.release();
    }
  }
  return {
    by: 'person',
    ask(ask, signal) {
      if (!stdin.isTTY || !stderr.isTTY)
        return Promise.resolve({ outcome: 'deny', message: 'There is no terminal to ask on.' });
      const answer = before.then(() => put(ask, signal));
      before = answer.catch(() => {});
      // It may be withdrawn while it waits behind another.
      return until(signal, answer).then((given) => given ?? withdrawn);
    },
    wasShown(ask) {
      const at = shown.indexOf(JSON.stringify(ask));
      if (at >= 0) shown.splice(at, 1);
      return at >= 0;
    },
  };
}
