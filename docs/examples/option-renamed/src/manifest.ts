import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'tool-greeter',
  config: Type.Object({
    greeting: Type.Optional(Type.String({ minLength: 1, description: 'Stands before the name. Default: Hello.' })),
    word: Type.Optional(
      Type.String({
        minLength: 1,
        deprecated: true,
        description: 'Deprecated since 1.2.0, gone in 2.0.0: `greeting`.',
      }),
    ),
  }),
  contributes: {
    tool: {
      greeter_greet: { summary: 'Greets', effects: { kind: 'none', idempotent: true, openWorld: false } },
    },
  },
});
