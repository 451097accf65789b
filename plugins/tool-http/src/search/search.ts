import type { Call } from '@rustic-ai/kernel';
import { httpError, type SecretReference, type Secrets, type ToolResult } from '@rustic-ai/kernel/contracts';
import { createDeadline } from '../network/deadline.js';
import { collect } from '../network/decode.js';
import { exchange } from '../network/exchange.js';
import { createNetwork } from '../network/network.js';
import type { Resolve } from '../network/resolve.js';
import { reporter } from '../parts.js';
import { type Engine, engines, type Found } from './engines.js';

export interface SearchOptions {
  readonly engine: keyof typeof engines;
  readonly url?: string;
  readonly key?: SecretReference;
}
export interface SearchInput {
  readonly query: string;
  readonly count?: number;
  readonly page?: number;
  readonly language?: string;
  readonly since?: 'day' | 'month' | 'year';
}
export interface Search {
  /** What is asked for. Throws: `RUSTIC_SEARCH_OFF`. */
  urlOf(input: SearchInput): string;
  run(input: SearchInput, call: Call): Promise<ToolResult>;
}
/** Unit: bytes. */
const maxAnswerBytes = 4 * 1024 * 1024;
const limitMs = 30_000;

/** Its engine is the one the composition names, wherever that is; it follows no redirect, so neither does the key. */
export function createSearch(
  options: SearchOptions | undefined,
  { secrets, resolve }: { readonly secrets: Secrets; readonly resolve: Resolve },
): Search {
  if (!options) return off;
  const engine: Engine = engines[options.engine];
  const base = options.url ?? engine.url;
  if (base === undefined) throw new Error(`"search" names no url, and ${options.engine} has none of its own`);
  const network = createNetwork({ named: [base], resolve });
  const { origin } = new URL(base);
  const refuse = (reason: string) => httpError('RUSTIC_SEARCH_ENGINE', { origin, reason });
  const targetOf = ({ count = 10, page = 1, ...input }: SearchInput) => {
    const { path, parameters } = engine.target({ ...input, count, page });
    const url = new URL(path, base.endsWith('/') ? base : `${base}/`);
    url.search = new URLSearchParams(parameters).toString();
    return url;
  };
  return {
    urlOf: (input) => targetOf(input).href,
    async run(input, call) {
      if (engine.needsKey && !options.key) throw refuse('it wants a key');
      const key = options.key && (await secrets.read(options.key));
      const deadline = createDeadline(call, limitMs);
      const headers = { accept: 'application/json', ...engine.headers(key) };
      const asked = { url: targetOf(input), method: 'GET', headers, redirects: undefined };
      const done = await exchange({ network, deadline }, asked, async (answer) => {
        const { bytes, cut } = await collect(answer, maxAnswerBytes, reporter(call, answer));
        if (answer.status !== 200) throw refuse(`it answered with status ${answer.status}`);
        if (cut) throw refuse(`its answer has more than ${maxAnswerBytes} bytes`);
        return engine.read(parse(bytes));
      });
      const found = 'used' in done ? done.used : undefined;
      if (!found) throw refuse('its answer is not the JSON it should give');
      return resultOf(input.query, found.slice(0, input.count ?? 10));
    },
  };
}

const off: Search = {
  urlOf() {
    throw httpError('RUSTIC_SEARCH_OFF', {});
  },
  async run() {
    throw httpError('RUSTIC_SEARCH_OFF', {});
  },
};
const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
};
function resultOf(query: string, found: readonly Found[]): ToolResult {
  const lines = found.map(({ title, url, snippet, date }, index) =>
    [`${index + 1}. ${title}${date ? ` (${date})` : ''}`, `   ${url}`, ...(snippet ? [`   ${snippet}`] : [])].join(
      '\n',
    ),
  );
  const text = lines.join('\n') || `Nothing was found for ${JSON.stringify(query)}.`;
  return { parts: [{ type: 'text', text }], data: found.map((one) => ({ ...one })) };
}
