import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'session-log',
  requires: { store: { one: 'session.store' }, host: { one: 'host' } },
  config: Type.Object({
    waitMs: Type.Integer({
      description:
        'How long a turn waits, in milliseconds, while another process is at work on its session; 0 to 600000.',
      default: 5000,
      minimum: 0,
      maximum: 600_000,
    }),
  }),
  contributes: { service: { session: { summary: 'Sessions as append-only logs' } } },
});
