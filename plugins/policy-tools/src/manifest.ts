import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'policy-tools',
  requires: {
    tools: { all: 'tool' },
    host: { one: 'host' },
    values: { optional: 'key-value' },
  },
  config: Type.Object(
    {
      limitsMs: Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 600_000 }), {
        description:
          'How long a call of a tool may take, in ms, by the name of the tool. Default: what the kernel allows.',
        default: {},
      }),
      cache: Type.Object(
        {
          entries: Type.Integer({
            description: 'How many results are remembered at most; 0: none.',
            minimum: 0,
            maximum: 100_000,
            default: 500,
          }),
          bytes: Type.Integer({
            description: 'How many bytes they may have together, as JSON.',
            minimum: 0,
            maximum: 1_073_741_824,
            default: 16_777_216,
          }),
        },
        {
          description: 'How much is remembered of what tools say still holds.',
          additionalProperties: false,
          default: { entries: 500, bytes: 16_777_216 },
        },
      ),
    },
    { additionalProperties: false },
  ),
  contributes: {
    service: { 'tool.stats': { summary: 'How often each tool was called, how that ended and how long it took' } },
    hook: {
      'tool.run': { stage: 'first', before: ['policy-resilience'] },
      'tool.called': {},
      'session.closed': {},
    },
  },
});
