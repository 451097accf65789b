import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'frontend-template',
  requires: { agents: { all: 'agent' }, host: { one: 'host' } },
  config: Type.Object({
    notes: Type.Boolean({
      default: true,
      description: 'Whether people are shown on stderr what is said on the way to the answer. Default: true.',
    }),
  }),
  contributes: { service: { frontend: { summary: 'Prompts and answers, a line each' } } },
});
