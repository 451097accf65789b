import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{kernel,cli,docs,plugin-template,create-rustic-plugin}/test/**/*.test.ts',
      'plugin-template/kinds/*/test/**/*.test.ts',
      'plugins/*/test/**/*.test.ts',
    ],
    reporters: ['default', './.ci/reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    globalSetup: ['plugins/storage-postgres/test/shared-server.ts'],
  },
});
