import type { Call, Family } from '../capability.js';
import { type ModelCapability, refuseIncapable } from './model-capabilities.js';
import type { Usage } from './content.js';
import type { ModelRequest } from './model.js';
import { createWatch, readAnswer, type Reading, type VendorAnswer } from './model-answer.js';
import { type Complaint, modelFailure, VendorRefusal } from './model-failure.js';
import { createModelFetch, type ModelFetch } from './model-fetch.js';

/** A vendor's API, behind its SDK. Cancel: aborting `signal` closes the socket. */
export interface VendorClient {
  ask(request: ModelRequest, name: string, signal: AbortSignal): Promise<VendorAnswer> | VendorAnswer;
  /** Where it is undefined: an estimate. */
  count?(request: ModelRequest, name: string, signal: AbortSignal): Promise<Usage | undefined>;
  /** The names of the models this key may use. */
  list?(signal: AbortSignal): Promise<readonly string[]>;
}
export interface VendorOptions {
  /** What stands before the names of its models: `openai` in `openai/gpt-5`. */
  readonly vendor: string;
  readonly baseUrl: string;
  /** How long to wait for a sign of life before an answer begins. Unit: ms. */
  readonly timeoutMs: number;
  /** As the vendor names them; `*` stands for all it lists. */
  readonly models: readonly string[];
  /** Read when a model is first asked; empty where no key is needed. */
  readonly key: () => Promise<string> | string;
  readonly headers: (key: string) => Readonly<Record<string, string>>;
  /** Imports the vendor's SDK. `fetch` throws refusals; `signal`s given to it are obeyed. */
  readonly connect: (fetch: ModelFetch['fetch'], key: string) => Promise<VendorClient>;
  /** What a model of that name takes; undefined where it is not known. */
  readonly capabilities: (name: string) => readonly ModelCapability[] | undefined;
  readonly complaint: (said: unknown) => Complaint;
  readonly own: (dispose: () => void) => void;
}

/** Unit: characters of a token, about, of the vendors' tokenisers on English text and code. */
const charactersInToken = 4;
/** Of the body of a refusal. Unit: characters. */
const bodyLimit = 65_536;

/** The models of one vendor, held to one origin, with one set of errors, time limits and capabilities. */
export function createModelFamily(options: VendorOptions): Family<'model'> {
  const { vendor, models, timeoutMs } = options;
  const { host } = addressOf(options.baseUrl);
  const opening = async () => {
    const { baseUrl, headers, connect, own } = options;
    const key = await options.key();
    const { fetch, close } = await createModelFetch({ baseUrl, headers: headers(key) });
    own(close);
    return { key, client: await connect(refusing(fetch), key) };
  };
  let opened: ReturnType<typeof opening> | undefined;
  const open = () => {
    opened ??= opening();
    opened.catch(() => (opened = undefined));
    return opened;
  };

  const begin = async (name: string, request: ModelRequest, { signal }: Call): Promise<Reading> => {
    refuseIncapable(request, options.capabilities(name));
    const { client, key } = await open();
    const watch = createWatch(signal, host, timeoutMs);
    const failing = { model: request.model, host, limitMs: timeoutMs, key };
    const failure = (error: unknown, started: boolean) =>
      watch.signal.aborted ? watch.signal.reason : modelFailure(error, { ...failing, started }, options.complaint);
    try {
      const answer = request.countTokens
        ? counted(name, (await client.count?.(request, name, watch.signal)) ?? estimated(request))
        : await client.ask(request, name, watch.signal);
      return { answer, watch, failure };
    } catch (error) {
      watch.end();
      throw failure(error, false);
    }
  };
  const named = async (signal: AbortSignal): Promise<readonly string[]> => {
    if (!models.includes('*')) return models;
    const { client, key } = await open();
    const failing = { model: `${vendor}/*`, host, limitMs: timeoutMs, started: false, key };
    const listed = await client.list?.(signal).catch((error: unknown) => {
      throw modelFailure(error, failing, options.complaint);
    });
    return [...new Set([...models.filter((name) => name !== '*'), ...(listed ?? [])])];
  };
  return {
    async members(signal) {
      return (await named(signal)).map((name) => {
        const capabilities = options.capabilities(name);
        return {
          name: `${vendor}/${name}`,
          declaration: { summary: `${name} at ${host}`, ...(capabilities && { facts: { capabilities } }) },
          run: (request: ModelRequest, call: Call) => readAnswer(() => begin(name, request, call)),
        };
      });
    },
  };
}

const counted = (model: string, usage: Usage): VendorAnswer => ({
  pieces: [],
  read: () => [],
  end: () => [
    { type: 'start', model },
    { type: 'finish', reason: 'stop', usage },
  ],
});

/** A `fetch` that throws what is no success, as a `VendorRefusal`: SDKs lose its headers, or write it to the terminal. */
export const refusing =
  (fetch: ModelFetch['fetch']): ModelFetch['fetch'] =>
  async (target, init) => {
    const response = await fetch(target, init);
    if (response.ok) return response;
    const text = await beginningOf(response);
    throw new VendorRefusal(response.status, response.headers, parsed(text));
  };
async function beginningOf({ body }: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of body ?? []) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > bodyLimit) break;
  }
  return text;
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Images count as nothing: vendors count them in ways of their own. */
function estimated({ messages, tools }: ModelRequest): Usage {
  const texts = JSON.stringify([messages, tools ?? []], (name, value: unknown) => (name === 'data' ? '' : value));
  return { inputTokens: Math.ceil(texts.length / charactersInToken), outputTokens: 0, estimated: true };
}

/** Throws: an error that names it. */
function addressOf(baseUrl: string): URL {
  const url = URL.parse(baseUrl);
  if (!url) throw new Error(`baseUrl is no address: ${baseUrl}`);
  return url;
}
