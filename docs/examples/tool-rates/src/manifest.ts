import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const currency = (description: string) => Type.String({ pattern: '^[A-Z]{3}$', description });

export default defineManifest({
  id: 'tool-rates',
  config: Type.Object({
    server: Type.String({
      pattern: '^https?://[^\\s?#@]+$',
      description: 'Address of the server that knows the rates, such as `https://rates.example/v1`.',
    }),
  }),
  permissions: [{ action: 'net', match: { config: '/server' }, reason: 'asks this server for rates' }],
  contributes: {
    tool: {
      rates_convert: {
        summary: 'Converts an amount of money into another currency, at the rate of today.',
        input: Type.Object(
          {
            amount: Type.Number({ minimum: 0, description: 'How much, in units of `from`.' }),
            from: currency('Currency of the amount, as in ISO 4217: EUR.'),
            to: currency('Currency that is asked for.'),
          },
          { additionalProperties: false },
        ),
        effects: { kind: 'read', idempotent: true, openWorld: true },
        facts: { kind: 'fetch', cacheMs: 600_000 },
      },
    },
  },
});
