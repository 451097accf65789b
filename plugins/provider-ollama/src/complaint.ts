import type { Complaint } from '@rustic-ai/kernel/contracts';

/** Source: Ollama, server and runner, their messages. */
const missing = /model ['"]([^'"]+)['"] not found/;
const tooLong = /exceed\w* .*context|context (length|size|window)/i;
const lacking: readonly (readonly [RegExp, string])[] = [
  [/does not support tools/, 'tools'],
  [/does not support thinking/, 'reasoning'],
  [/does not support (images|vision|multimodal)|missing data required for image/, 'images'],
];
const named = /option "?(\w+)"? must be|invalid option provided: "?(\w+)"?/;

/** Reads the body of a refusal, or of an error in the middle of a stream: both are `{ error }`. */
export function complaintOf(said: unknown): Complaint {
  const told = (said as { readonly error?: unknown } | null | undefined)?.error;
  if (typeof told !== 'string') return {};
  const model = missing.exec(told)?.[1];
  const match = named.exec(told);
  const parameter = lacking.find(([pattern]) => pattern.test(told))?.[1] ?? match?.[1] ?? match?.[2];
  return {
    reason: model ? `${told}; fetch it with: ollama pull ${model}` : told,
    ...(parameter && { parameter }),
    ...(tooLong.test(told) && { what: 'too long' as const }),
  };
}
