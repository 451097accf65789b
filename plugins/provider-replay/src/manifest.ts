import { secretOption, type SecretReference } from '@rustic-ai/kernel/contracts';
import { defineManifest, Type } from '@rustic-ai/kernel/schema';

const closed = { additionalProperties: false } as const;
const path = (description: string) =>
  Type.Optional(
    Type.String({ minLength: 1, description: `${description} A relative path starts at the working folder.` }),
  );

export default defineManifest({
  id: 'provider-replay',
  requires: { host: { one: 'host' }, secrets: { one: 'secrets' } },
  config: Type.Object(
    {
      record: path('File that the answers of every model are added to. Default: nothing is recorded.'),
      play: path('Recording that is played back, as models named replay/<recorded name>. Default: none.'),
      match: Type.Union([Type.Literal('strict'), Type.Literal('lenient')], {
        description:
          'strict: an answer is given to the request it was recorded for, and to no other. lenient: a request that was not recorded is given the next answer that is left.',
        default: 'strict',
      }),
      secrets: Type.Array(Type.Unsafe<SecretReference>(secretOption), {
        description: 'Values that are never recorded, beside the keys of the known vendors and what looks like a key.',
        default: [],
      }),
    },
    closed,
  ),
  permissions: [
    { action: 'fs.write', match: { config: '/record' }, reason: 'The recording it writes.' },
    { action: 'fs.read', match: { config: '/play' }, reason: 'The recording it plays back.' },
  ],
  contributes: {
    model: { 'replay/*': { summary: 'Plays a recording: deterministic, offline, no key' } },
    hook: { 'model.run': { stage: 'last' } },
  },
});
