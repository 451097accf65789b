import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'command-template',
  config: Type.Object({
    greeting: Type.String({
      minLength: 1,
      default: 'Hello',
      description: 'The word put before the name. Default: Hello.',
    }),
  }),
  contributes: { command: { 'template-greet': { summary: 'Greets somebody: /template-greet Ada' } } },
});
