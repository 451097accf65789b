import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const closed = { additionalProperties: false } as const;
const count = (description: string, limits: { minimum: number; maximum: number; default?: number }) =>
  Type.Integer({ description, ...limits });

const retry = { attempts: 4, baseMs: 500, capMs: 60_000 };
const breaker = { failures: 5, openMs: 30_000 };
const policy = {
  retry: Type.Object(
    {
      attempts: count('How often a call is tried at most; 1: never again.', { minimum: 1, maximum: 20, default: 4 }),
      baseMs: count('The longest first delay, in ms; each further one may be twice as long.', {
        ...{ minimum: 1, maximum: 60_000, default: retry.baseMs },
      }),
      capMs: count('The longest delay, in ms, whatever the vendor asks for.', {
        ...{ minimum: 1, maximum: 600_000, default: retry.capMs },
      }),
    },
    { ...closed, default: retry },
  ),
  breaker: Type.Object(
    {
      failures: count(
        'After so many failures in a row, and half of the calls under way, a member is left alone; 0: never.',
        {
          ...{ minimum: 0, maximum: 1_000, default: breaker.failures },
        },
      ),
      openMs: count('For how long, in ms; then one call is a trial.', {
        ...{ minimum: 1, maximum: 3_600_000, default: breaker.openMs },
      }),
    },
    { ...closed, default: breaker },
  ),
  bulkhead: Type.Optional(
    Type.Object(
      {
        concurrent: count('How many calls of one member may be under way.', { minimum: 1, maximum: 100_000 }),
        queued: count('How many may wait; more are refused.', { minimum: 0, maximum: 1_000_000, default: 1_000 }),
      },
      { ...closed, description: 'Default: no limit.' },
    ),
  ),
  rate: Type.Optional(
    Type.Object(
      {
        requestsPerMinute: Type.Optional(count('Calls of one member in a minute.', { minimum: 1, maximum: 1e9 })),
        tokensPerMinute: Type.Optional(
          count('Input and output tokens of one model in a minute, counted when an answer has ended.', {
            ...{ minimum: 1, maximum: 1e12 },
          }),
        ),
      },
      { ...closed, description: 'Default: no limit.' },
    ),
  ),
  fallback: Type.Array(Type.String({ minLength: 1 }), {
    description: 'Who is asked in the place of a member that failed, one after the other. Default: nobody.',
    default: [],
  }),
};
const { retry: retries, breaker: breaking, bulkhead, rate } = policy;
/** Where a member differs: what is named stands above what holds for all. */
const one = Type.Object(
  {
    retry: Type.Partial(retries, { default: undefined }),
    breaker: Type.Partial(breaking, { default: undefined }),
    bulkhead,
    rate,
    fallback: Type.Array(Type.String({ minLength: 1 })),
  },
  closed,
);
const of = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        ...policy,
        each: Type.Record(Type.String(), Type.Partial(one), {
          description: 'What is otherwise for one of them, by its name.',
          default: {},
        }),
      },
      { ...closed, description },
    ),
  );

export default defineManifest({
  id: 'policy-resilience',
  requires: {
    models: { all: 'model' },
    tools: { all: 'tool' },
    steps: { all: 'workflow.step' },
    host: { one: 'host' },
    values: { optional: 'key-value' },
  },
  config: Type.Object(
    {
      model: Type.Object(policy, {
        ...closed,
        description: 'For calls of models.',
        default: { retry, breaker, fallback: [] },
      }),
      tool: of('For calls of tools that may be repeated. Default: left as they are.'),
      'workflow.step': of('For steps of workflows that may be repeated. Default: left as they are.'),
      codes: Type.Array(Type.String({ pattern: '^RUSTIC_[A-Z_]+$' }), {
        description: 'Errors that may pass by themselves: they are tried again, and a breaker counts them.',
        default: [
          'RUSTIC_MODEL_RATE_LIMITED',
          'RUSTIC_MODEL_OVERLOADED',
          'RUSTIC_MODEL_NETWORK',
          'RUSTIC_MODEL_TIMEOUT',
          'RUSTIC_MODEL_IDLE',
          'RUSTIC_MODEL_STREAM_INCOMPLETE',
          'RUSTIC_OPERATION_FAILED',
        ],
      }),
    },
    closed,
  ),
  contributes: {
    service: { resilience: { summary: 'Which circuit breakers are open' } },
    hook: {
      'model.run': { stage: 'first' },
      'tool.run': { stage: 'first' },
      'workflow.step.run': { stage: 'first' },
      'session.closed': {},
    },
  },
});
