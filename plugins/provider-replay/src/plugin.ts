import { resolve } from 'node:path';
import { definePlugin } from '@rustic-ai/kernel';
import type { ModelRequest } from '@rustic-ai/kernel/contracts';
import type manifest from './manifest.js';
import { createPlaces } from './places.js';
import { createPlayer } from './player.js';
import { createRecorder } from './recorder.js';
import { readRecording } from './recording.js';
import { createRedactor } from './redact.js';
import type { Change } from './texts.js';

/** Where the keys of the known vendors are kept. Source: the vendors' SDKs, 2026-11. */
const usual = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
  'XAI_API_KEY',
  'OLLAMA_API_KEY',
];
const prefix = 'replay/';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config, own }) {
    const { host, secrets } = deps;
    const places = createPlaces(host.folders);
    const cleaning = async (): Promise<Change> => {
      const references = [...usual.map(($env) => ({ $env })), ...config.secrets];
      // One that has no value can't be in anything.
      const values = await Promise.all(references.map((reference) => secrets.read(reference).catch(() => '')));
      const redact = createRedactor(values);
      return (text) => places.hide(redact(text));
    };
    let cleaner: Promise<Change> | undefined;
    const clean = () => (cleaner ??= cleaning());

    const at = (file: string) => resolve(host.folders.cwd, file);
    const recorder = config.record === undefined ? undefined : createRecorder(at(config.record), config.record, clean);
    if (recorder) own(() => recorder.settled());

    const reading = async (file: string) => {
      const [recording, change] = await Promise.all([readRecording(at(file), file), clean()]);
      const play = createPlayer({ recording, lenient: config.match === 'lenient', clean: change, show: places.show });
      return { play, names: [...new Set(recording.map(({ model }) => model))] };
    };
    let read: ReturnType<typeof reading> | undefined;
    const player = (file: string) => {
      read ??= reading(file);
      read.catch(() => (read = undefined));
      return read;
    };
    const { play: file } = config;
    return {
      model: {
        'replay/*': {
          async members() {
            if (file === undefined) return [];
            const { names } = await player(file);
            return names.map((name) => ({
              name: `${prefix}${name}`,
              declaration: { summary: `${name}, as recorded in ${file}` },
              async *run(request: ModelRequest) {
                yield* (await player(file)).play(name, request);
              },
            }));
          },
        },
      },
      hook: { 'model.run': (request, _call, next) => (recorder ? recorder.record(request, next()) : next()) },
    };
  },
});
