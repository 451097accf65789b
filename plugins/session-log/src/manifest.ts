import { defineManifest } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'session-log',
  requires: { store: { one: 'session.store' }, host: { one: 'host' } },
  contributes: { service: { session: { summary: 'Sessions as append-only logs' } } },
});
