import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'session-template',
  requires: { store: { one: 'session.store' }, host: { one: 'host' } },
  config: Type.Object({
    waitMs: Type.Integer({
      minimum: 0,
      maximum: 600_000,
      default: 5000,
      description:
        'How long a turn waits, in ms, while another one is at work on its session; 0 to 600000. Default: 5000.',
    }),
  }),
  contributes: { service: { session: { summary: 'Sessions as logs, in whatever store there is' } } },
});
