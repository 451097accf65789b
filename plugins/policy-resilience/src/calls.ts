import type { Call, Declaration, InvokeOptions } from '@rustic-ai/kernel';
import { safeTo } from '@rustic-ai/kernel/contracts';
import type { Pass } from './doors.js';
import { persist, type Persistence } from './persist.js';
import { type Policies, policyFor } from './policy.js';

/** The members of an operation that gives one result. */
interface Members<Input, Output> {
  get(name: string): {
    readonly declaration: Declaration;
    invoke(input: Input, call: Call, options?: InvokeOptions): Promise<Output>;
  };
}

/** The tap around every call of an operation that gives one result. Only what is safe to repeat is repeated. */
export function aroundCalls<Input, Output>(parts: {
  readonly operation: string;
  /** Absent: the calls are left as they are. */
  readonly policy: Policies | undefined;
  readonly members: Members<Input, Output>;
  readonly persistence: Persistence;
  readonly isInstead: (call: Call) => boolean;
  readonly judge: (pass: Pass, call: Call, error: unknown) => void;
}) {
  const { operation, members, persistence, isInstead, judge } = parts;
  return async (input: Input, call: Call, next: () => Promise<Output>): Promise<Output> => {
    const { name } = call;
    const policy = policyFor(parts.policy, name);
    if (!policy) return next();
    const repeatable = safeTo(members.get(name).declaration.effects).retry;
    const others = repeatable && !isInstead(call) ? policy.fallback.filter((other) => other !== name) : [];
    const attempt = async (pass: Pass) => {
      try {
        const result = await next();
        pass.verdict('ok');
        pass.leave();
        return result;
      } catch (error) {
        judge(pass, call, error);
        throw error;
      }
    };
    const instead = (other: string) => members.get(other).invoke(input, call, { trigger: 'fallback' });
    return persist({ operation, name, call, policy, repeatable, others, attempt, instead }, persistence);
  };
}
