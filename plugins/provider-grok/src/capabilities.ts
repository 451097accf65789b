import { modelCapabilities, type ModelCapability } from '@rustic-ai/kernel/contracts';

/** Source: xAI, API reference: the protocols have no parameter for these. */
const lacks: Readonly<Record<'chat' | 'responses', readonly ModelCapability[]>> = {
  chat: ['topK'],
  responses: ['topK', 'stop', 'seed', 'presencePenalty', 'frequencyPenalty'],
};
const plain = /non-reasoning|^grok-(2|3$|3-(fast|latest|beta))/;
/** Source: xAI, "Reasoning": models that reason take none of these. */
const reasoningLacks: readonly ModelCapability[] = ['presencePenalty', 'frequencyPenalty', 'stop'];
/** Source: xAI, "Reasoning": these reason as hard as they are told; the others as they are named. */
const told = /^grok-(3-mini|4\.[3-9]|latest)/;

export const reasons = (name: string): boolean => !plain.test(name);
export function capabilitiesOf(name: string, api: 'chat' | 'responses'): readonly ModelCapability[] {
  const without = new Set(lacks[api]);
  if (reasons(name)) for (const one of reasoningLacks) without.add(one);
  if (!told.test(name)) without.add('reasoning');
  return modelCapabilities.filter((one) => !without.has(one));
}
