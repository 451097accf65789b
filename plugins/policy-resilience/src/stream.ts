import { RusticError } from '@rustic-ai/kernel';
import type { ModelEvent } from '@rustic-ai/kernel/contracts';
import type { Pass } from './doors.js';

/** An answer that has begun: something of it can be delivered. */
export interface Answer {
  /** What came so far: a `start`, and what followed it. */
  readonly begun: readonly ModelEvent[];
  readonly rest: AsyncIterator<ModelEvent>;
  readonly pass: Pass | undefined;
}

/**
 * Waits until an answer has begun. A `start` alone delivers nothing, so it is held back until more is there.
 *
 * Throws: what it failed with before that, thrown or said by its `finish`.
 */
export async function begin(events: AsyncIterable<ModelEvent>, pass?: Pass): Promise<Answer> {
  const rest = events[Symbol.asyncIterator]();
  const begun: ModelEvent[] = [];
  for (;;) {
    const step = await rest.next();
    if (step.done) return { begun, rest, pass };
    const event = step.value;
    if (event.type === 'finish' && event.error) {
      await rest.return?.();
      throw new RusticError(event.error);
    }
    begun.push(event);
    if (event.type !== 'start') return { begun, rest, pass };
  }
}

/**
 * Delivers an answer once it has begun. Not a generator: it stands in the way of every event, and one more of those would
 * cost each of them a quarter of its time.
 *
 * Shape: for one reader, who asks for the next event when it has the one before.
 * Cancel: where the answer could not begin any more, it is `finish: aborted`.
 */
export function deliver(parts: {
  readonly open: () => Promise<Answer>;
  readonly signal: AbortSignal;
  /** Whether what ends an answer may pass by itself. */
  readonly counts: (error: RusticError) => boolean;
}): AsyncIterableIterator<ModelEvent> {
  const { signal, counts } = parts;
  const ready: ModelEvent[] = [];
  let answer: Answer | undefined;
  let over = false;
  const end = { done: true, value: undefined } as const;
  const leave = () => {
    over = true;
    answer?.pass?.leave();
  };
  const see = (event: ModelEvent): IteratorResult<ModelEvent> => {
    if (event.type === 'finish' && answer?.pass) {
      const { usage, error } = event;
      if (usage) answer.pass.spent(usage.inputTokens + usage.outputTokens);
      if (error && counts(new RusticError(error))) answer.pass.fault();
    }
    return { done: false, value: event };
  };
  const take = (step: IteratorResult<ModelEvent>) => {
    if (!step.done) return see(step.value);
    leave();
    return end;
  };
  const fail = (error: unknown) => {
    leave();
    throw error;
  };
  const begin = async (): Promise<IteratorResult<ModelEvent>> => {
    try {
      answer = await parts.open();
    } catch (error) {
      leave();
      if (!signal.aborted) throw error;
      return { done: false, value: { type: 'finish', reason: 'aborted' } };
    }
    // Nobody waited for it.
    if (over) return iterator.return?.() ?? end;
    ready.push(...answer.begun);
    return iterator.next();
  };
  const iterator: AsyncIterableIterator<ModelEvent> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      const event = ready.shift();
      if (event) return Promise.resolve(see(event));
      if (over) return Promise.resolve(end);
      return answer ? answer.rest.next().then(take, fail) : begin();
    },
    async return() {
      leave();
      await answer?.rest.return?.();
      return end;
    },
  };
  return iterator;
}
