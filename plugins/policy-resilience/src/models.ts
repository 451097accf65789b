import { type Call, errorInfo, type Handles, RusticError } from '@rustic-ai/kernel';
import type { ModelEvent, ModelRequest } from '@rustic-ai/kernel/contracts';
import type { Pass } from './doors.js';
import { maySwitch } from './failure.js';
import { persist, type Persistence, type Work } from './persist.js';
import type { Policy } from './policy.js';
import type { Preferences, Preferred } from './preferences.js';
import { type Answer, begin, deliver } from './stream.js';

/**
 * The tap around every call of a model.
 *
 * Shape: an answer of which something was delivered is never repeated, nor gone on with by another model.
 * Cancel: ends as `finish: aborted`, also while it waits.
 */
export function aroundModels(parts: {
  readonly policy: Policy;
  readonly models: Handles<'model'>;
  readonly preferences: Preferences;
  readonly persistence: Persistence;
  /** Whether a call stands in the place of another one: then nobody is asked in its place. */
  readonly isInstead: (call: Call) => boolean;
  readonly counts: (error: unknown) => boolean;
  readonly judge: (pass: Pass, call: Call, error: unknown) => void;
}) {
  const { policy, models, preferences, persistence, isInstead, counts, judge } = parts;

  const workFor = (request: ModelRequest, call: Call, next: () => AsyncIterable<ModelEvent>): Work<Answer> => {
    const { model: name } = request;
    return {
      ...{ operation: 'model', name, call, policy, repeatable: true },
      // Another model counts in another way.
      others: isInstead(call) || request.countTokens ? [] : policy.fallback.filter((other) => other !== name),
      async attempt(pass) {
        try {
          const answer = await begin(next(), request.countTokens ? { ...pass, spent: () => {} } : pass);
          pass.verdict(call.signal.aborted ? 'unknown' : 'ok');
          return answer;
        } catch (error) {
          judge(pass, call, error);
          throw error;
        }
      },
      async instead(other, failure) {
        const answer = await begin(
          models.get(other).invoke({ ...request, model: other }, call, { trigger: 'fallback' }),
        );
        const { code, message: reason } = errorInfo(failure);
        preferences.prefer(call.origin, name, { next: other, code, reason });
        return answer;
      },
    };
  };
  /** The rest of a turn: the one that helped is asked first. */
  const goOn = async (work: Work<Answer>, preferred: Preferred): Promise<Answer> => {
    const { operation, name, call, others } = work;
    const { next, code, reason } = preferred;
    const { origin } = call;
    const place = { attempt: others.indexOf(next) + 2, max: others.length + 1, delayMs: 0 };
    persistence.told({ operation, name, origin, code, reason, next, ...place });
    try {
      return await work.instead(next, new RusticError({ code, message: reason }));
    } catch (error) {
      if (call.signal.aborted || !maySwitch(error)) throw error;
      return persist({ ...work, others: others.filter((other) => other !== next) }, persistence);
    }
  };

  return (request: ModelRequest, call: Call, next: () => AsyncIterable<ModelEvent>): AsyncIterable<ModelEvent> => {
    const open = () => {
      const work = workFor(request, call, next);
      const preferred = work.others.length > 0 ? preferences.of(call.origin, request.model) : undefined;
      return preferred ? goOn(work, preferred) : persist(work, persistence);
    };
    return deliver({ open, signal: call.signal, counts });
  };
}
