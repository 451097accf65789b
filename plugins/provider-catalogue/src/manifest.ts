import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const closed = { additionalProperties: false } as const;
const usd = (description: string) =>
  Type.Optional(Type.Number({ description: `${description} USD for a million tokens.`, minimum: 0 }));
const prices = {
  inputUsd: usd('Input.'),
  outputUsd: usd('Output.'),
  cachedInputUsd: usd('Input the vendor had in its cache.'),
  cacheWriteUsd: usd('Input the vendor put into its cache.'),
};
const tokens = (description: string) => Type.Optional(Type.Integer({ description, minimum: 1 }));
const able = () => Type.Optional(Type.Boolean());

export default defineManifest({
  id: 'provider-catalogue',
  config: Type.Object(
    {
      models: Type.Array(
        Type.Object(
          {
            model: Type.String({ description: 'Its name in the composition, such as openai/gpt-5.', minLength: 1 }),
            contextTokens: tokens('Input and output together, in tokens.'),
            outputTokens: tokens('The longest answer, in tokens.'),
            price: Type.Optional(Type.Object(prices, closed)),
            longPrice: Type.Optional(
              Type.Object(
                {
                  aboveTokens: Type.Integer({ description: 'More input than that, in tokens.', minimum: 1 }),
                  ...prices,
                },
                closed,
              ),
            ),
            capabilities: Type.Optional(
              Type.Object(
                { tools: able(), images: able(), reasoning: able(), structuredOutput: able(), caching: able() },
                closed,
              ),
            ),
            source: Type.Optional(Type.String({ description: 'Where you know it from. Default: options.' })),
            date: Type.Optional(Type.String({ description: 'Since when, YYYY-MM-DD. Default: unknown.' })),
          },
          closed,
        ),
        { description: 'Models you know better: each key replaces that of the built-in entry.', default: [] },
      ),
    },
    closed,
  ),
  contributes: {
    service: { 'model.catalogue': { summary: 'Limits, prices and capabilities of models' } },
  },
});
