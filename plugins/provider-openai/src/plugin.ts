import { definePlugin } from '@rustic-ai/kernel';
import type { Call, ModelEvent, ModelRequest } from '@rustic-ai/kernel/contracts';
import { createClient } from './client.js';
import { failureOf } from './failure.js';
import type manifest from './manifest.js';
import { createRequestWriter } from './request.js';
import { createReader, readWhole } from './response.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { baseUrl, timeoutMs, models } = config;
    const address = addressOf(baseUrl);
    const atVendor = address.hostname === 'api.openai.com';
    const reference = config.apiKey ?? (atVendor ? { $env: 'OPENAI_API_KEY' } : undefined);
    const write = createRequestWriter();
    const opening = async () => {
      const key = reference ? await deps.secrets.read(reference) : '';
      const { client, close } = await createClient({ baseUrl, key, timeoutMs });
      own(close);
      return { client, key };
    };
    let opened: ReturnType<typeof opening> | undefined;
    const open = () => {
      opened ??= opening();
      opened.catch(() => (opened = undefined));
      return opened;
    };

    async function* ask(name: string, request: ModelRequest, { signal }: Call): AsyncGenerator<ModelEvent> {
      const body = write(request, name);
      const { client, key } = await open();
      const reader = createReader();
      try {
        if (request.stream === false) {
          const answer = await client.chat.completions.create({ ...body, stream: false }, { signal });
          for (const event of readWhole(answer)) yield event;
          return;
        }
        const streamed = { ...body, stream: true as const, stream_options: { include_usage: true } };
        for await (const chunk of await client.chat.completions.create(streamed, { signal }))
          for (const event of reader.read(chunk)) yield event;
        yield* reader.end();
      } catch (error) {
        const { model } = request;
        throw failureOf(error, { model, host: address.host, limitMs: timeoutMs, started: reader.started(), key });
      }
    }
    return {
      model: {
        'openai/*': {
          members: () =>
            models.map((name) => ({
              name: `openai/${name}`,
              declaration: { summary: `${name} at ${address.host}` },
              run: (request: ModelRequest, call: Call) => ask(name, request, call),
            })),
        },
      },
    };
  },
});

function addressOf(baseUrl: string): URL {
  try {
    return new URL(baseUrl);
  } catch (error) {
    throw new Error(`baseUrl is no address: ${baseUrl}`, { cause: error });
  }
}
