import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Message, ModelRequest, Usage } from '@rustic-ai/kernel/contracts';
import { argumentsOf } from './arguments.js';

/** Source: openai/tiktoken, `tiktoken/model.py`, 2026-11: the models whose encoding is o200k, under whatever a server puts before them. */
const encoded = /(^|\/)(gpt-4o|gpt-4\.[15]|gpt-5|gpt-oss|chatgpt-4o|o[134](-|$))/;
/** Unit: tokens around a message, and before the answer. Source: OpenAI Cookbook, "How to count tokens with tiktoken". */
const framing = { message: 3, answer: 3 };
/** Unit: characters. The tokeniser is quadratic in what it gets at once; at this size it is off by 0.15 %. */
const chunkLength = 2_048;
/** Chunks that are counted before others get a turn. */
const together = 64;
/** What looks like a special token is text like any other. */
const asText = { disallowedSpecial: new Set<string>() };

export const isEncoded = (name: string): boolean => encoded.test(name);

/**
 * Counts what a request has, with the vendor's own encoding; undefined where `gpt-tokenizer`, which has it, is not
 * installed. It is an estimate: how tools and calls are framed is the vendor's secret. Images count as nothing.
 *
 * Cancel: within the time of a few chunks.
 */
export async function countTokens({ messages, tools }: ModelRequest, signal: AbortSignal): Promise<Usage | undefined> {
  // Megabytes: an optional peer, imported by whoever counts, not by whoever asks.
  const tokeniser = await import('gpt-tokenizer/encoding/o200k_base').catch((error: { readonly code?: unknown }) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  });
  if (!tokeniser) return undefined;
  let inputTokens = framing.answer + framing.message * messages.length;
  let chunks = 0;
  for (const text of [...messages.flatMap(textsOf), ...(tools ?? []).map((tool) => JSON.stringify(tool))])
    for (const chunk of chunksOf(text)) {
      inputTokens += tokeniser.countTokens(chunk, asText);
      if (++chunks % together === 0) await nextTurn(undefined, { signal });
    }
  return { inputTokens, outputTokens: 0, estimated: true };
}

const textsOf = ({ role, parts }: Message): readonly string[] => [
  role,
  ...parts.flatMap((part): readonly string[] => {
    if (part.type === 'text') return [part.text];
    if (part.type === 'tool_call') return [part.name, argumentsOf(part.input)];
    return part.type === 'tool_result' ? part.output.map((one) => (one.type === 'text' ? one.text : '')) : [];
  }),
];

/** A character of two halves stays whole. */
function* chunksOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = start + chunkLength;
    const half = text.charCodeAt(end) >>> 10 === 0x37;
    yield text.slice(start, half ? end - 1 : end);
    start = half ? end - 1 : end;
  }
}
