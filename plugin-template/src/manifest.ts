import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'tool-template',
  config: Type.Object({
    greeting: Type.String({
      minLength: 1,
      default: 'Hello',
      description: 'The word put before the name. Default: Hello.',
    }),
  }),
  contributes: {
    tool: {
      template_greet: {
        summary: 'Greets somebody by name.',
        input: Type.Object(
          { name: Type.String({ minLength: 1, description: 'Whom to greet.' }) },
          { additionalProperties: false },
        ),
        effects: { kind: 'none', idempotent: true, openWorld: false },
        facts: { kind: 'other' },
      },
    },
  },
});
