import { definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';

const isThisMachine = (host: string): boolean => /^(127(\.\d{1,3}){3}|localhost|::1)$/.test(host);

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  async setup({ deps: { host, secrets }, config, own }) {
    const { createServices } = await import('./services.js');
    const at = config.server.lastIndexOf(':');
    const name = config.server.slice(0, at).replace(/^\[|\]$/g, '');
    const { services, close } = createServices({
      place: `postgres://${config.server}/${config.database} schema ${config.schema}`,
      schema: config.schema,
      connections: config.connections,
      now: () => host.now(),
      monotonicMs: () => host.monotonicMs(),
      settings: async () => ({
        host: name,
        port: Number(config.server.slice(at + 1)),
        database: config.database,
        user: config.user,
        password: config.password ? await secrets.read(config.password) : '',
        ssl: config.tls ?? !isThisMachine(name),
        options: `-c search_path=${config.schema} -c lock_timeout=${config.lockTimeoutMs}`,
        connectionTimeoutMillis: 10_000,
        application_name: 'rustic-ai',
      }),
    });
    own(close);
    return { service: services };
  },
});
