import { resolve } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { createConnection } from './connection.js';
import type manifest from './manifest.js';
import { createServices } from './services.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { host }, config, own }) {
    const file = config.path === ':memory:' ? config.path : resolve(host.folders.data, config.path);
    const connection = createConnection({
      file,
      lockTimeoutMs: config.lockTimeoutMs,
      monotonicMs: () => host.monotonicMs(),
    });
    own(() => connection.close());
    const clock = { now: () => host.now(), monotonicMs: () => host.monotonicMs() };
    return { service: createServices(connection, { file, ...clock }) };
  },
});
