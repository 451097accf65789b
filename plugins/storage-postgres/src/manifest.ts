import { secretOption, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'storage-postgres',
  requires: { host: { one: 'host' }, secrets: { one: 'secrets' } },
  config: Type.Object({
    server: Type.String({
      description: 'Host and port of the server.',
      default: '127.0.0.1:5432',
      pattern: String.raw`^([^\s/?#@:\[\]]+|\[[\da-fA-F:.]+\]):\d{1,5}$`,
    }),
    database: Type.String({ description: 'Name of the database.', default: 'rustic', minLength: 1 }),
    user: Type.String({ description: 'Name of the user.', default: 'rustic', minLength: 1 }),
    password: Type.Optional(
      Type.Unsafe<SecretReference>({
        ...secretOption,
        description: 'Where the password is. Default: none is sent.',
      }),
    ),
    tls: Type.Optional(
      Type.Boolean({
        description:
          'Whether the connection is encrypted and its certificate checked. Default: unless it is this machine.',
      }),
    ),
    schema: Type.String({
      description: 'Name of the schema, which is created when it is not there.',
      default: 'rustic',
      pattern: '^[a-z_][a-z0-9_]{0,50}$',
    }),
    connections: Type.Integer({
      description:
        'How many connections there are at most, besides one for what is held and one for each reader of changes; 1 to 100.',
      default: 4,
      minimum: 1,
      maximum: 100,
    }),
    lockTimeoutMs: Type.Integer({
      description:
        'How long a call waits, in milliseconds, while another process has what it needs locked; 1 to 60000.',
      default: 5000,
      minimum: 1,
      maximum: 60_000,
    }),
  }),
  permissions: [{ action: 'net', match: { config: '/server' }, reason: 'keeps everything in the database there' }],
  contributes: {
    service: {
      'session.store': { summary: 'Sessions in one PostgreSQL schema' },
      'key-value': { summary: 'Values in one PostgreSQL schema' },
      grants: { summary: 'Grants in one PostgreSQL schema' },
      audit: { summary: 'The audit log in one PostgreSQL schema' },
      'hook.trace': { summary: 'What hooks changed, in one PostgreSQL schema' },
      runs: { summary: 'Checkpoints of runs in one PostgreSQL schema' },
      prompts: { summary: 'Saved prompts in one PostgreSQL schema' },
      vectors: { summary: 'Vectors in one PostgreSQL schema, searched exactly' },
      storage: { summary: 'The schema as a whole: check, backup, copy' },
    },
  },
});
