import { modelCapabilities, type ModelCapability } from '@rustic-ai/kernel/contracts';

/** The protocol has no parameter for these. Source: the types of @anthropic-ai/sdk 1.12.0. */
const lacks: readonly ModelCapability[] = ['seed', 'presencePenalty', 'frequencyPenalty'];
/** Source: Anthropic, "Adaptive thinking": these are told how many tokens to think, later ones how hard. */
const budgeted = /^claude-(3-|(opus|sonnet|haiku)-4(-[0-5])?(-\d{8})?$)/;
/** Source: Anthropic, "Extended thinking": the models before 3.7 do not reason, and have no structured output. */
const early = /^claude-3-(5-|opus|sonnet|haiku)/;
const former = /^claude-(3-|(opus|sonnet)-4(-[01])?(-\d{8})?$)/;
/** Source: Anthropic, "Migrating to Claude Opus 4.7": no sampling from there on. */
const sampled = /^claude-(3-|(opus|sonnet|haiku)-4(-[0-6])?(-\d{8})?$)/;
const sampling: readonly ModelCapability[] = ['temperature', 'topP', 'topK'];
/** Unit: tokens. Source: Anthropic, "Models overview": what the smallest models may answer with. */
const outputs: readonly (readonly [RegExp, number])[] = [
  [/^claude-3-(opus|sonnet|haiku)/, 4_096],
  [/^claude-3-5-/, 8_192],
];

export const isBudgeted = (name: string): boolean => budgeted.test(name);
/** The vendor demands a limit; this one every model takes. Unit: tokens. */
export const outputLimit = (name: string): number => outputs.find(([pattern]) => pattern.test(name))?.[1] ?? 16_000;

export function capabilitiesOf(name: string): readonly ModelCapability[] {
  const without = new Set(lacks);
  if (early.test(name)) without.add('reasoning');
  if (former.test(name)) without.add('output');
  if (!sampled.test(name)) for (const one of sampling) without.add(one);
  return modelCapabilities.filter((one) => !without.has(one));
}
