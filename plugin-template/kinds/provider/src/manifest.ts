import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'provider-template',
  config: Type.Object({
    prefix: Type.String({
      default: 'You said: ',
      description: 'What stands before what is said again. Default: `You said: `.',
    }),
  }),
  contributes: { model: { 'template/echo': { summary: 'Says again what it was told' } } },
});
