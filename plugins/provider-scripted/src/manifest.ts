import { modelCapabilities } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'provider-scripted',
  requires: { host: { one: 'host' } },
  config: Type.Object(
    {
      scenario: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'Path of the scenario, YAML or JSON; a relative one starts at the working folder. Default: a built-in demonstration that answers every prompt with what it is.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  permissions: [{ action: 'fs.read', match: { config: '/scenario' }, reason: 'The scenario the model plays.' }],
  contributes: {
    model: {
      'scripted/scenario': {
        summary: 'Plays a scenario file: deterministic, offline, no key',
        // It stands for any model, so it takes whatever a request asks.
        facts: { contextTokens: 100_000, capabilities: [...modelCapabilities] },
      },
    },
  },
});
