import { modelCapabilities, type ModelCapability } from '@rustic-ai/kernel/contracts';

type Without = readonly ModelCapability[];
/** What the protocols have no parameter for. Source: the types of openai 7.57.0. */
const chatLacks: Without = ['topK'];
const responsesLack: Without = ['topK', 'stop', 'seed', 'presencePenalty', 'frequencyPenalty'];
/** Source: OpenAI, "Reasoning models", "Latest model", and Chat Completions reference, 2026-11; gpt-5-chat does not reason. */
const reasoning = /^(o\d|gpt-[5-9]|codex-)(?!.*chat)/;
const reasoningLacks: Without = ['temperature', 'topP', 'presencePenalty', 'frequencyPenalty', 'stop'];
/** These do not reason unless they are told to, and then take temperature and top-p; from 5.6 on all reason by default. */
const sometimes = /^gpt-5\.[1-5]/;
const sampling: Without = ['temperature', 'topP'];
const plain = /^(gpt-[34]|gpt-5.*chat|chatgpt-)/;

export const reasons = (name: string): boolean => reasoning.test(name);

/** What the model takes: of the vendor's own by their names, of another server's all that the protocol has. */
export function capabilitiesOf(
  name: string,
  server: { readonly api: 'chat' | 'responses'; readonly atVendor: boolean },
) {
  const lacks = new Set(server.api === 'chat' ? chatLacks : responsesLack);
  if (server.atVendor && reasons(name))
    for (const one of reasoningLacks) if (!(sometimes.test(name) && sampling.includes(one))) lacks.add(one);
  if (server.atVendor && plain.test(name)) lacks.add('reasoning');
  return modelCapabilities.filter((one) => !lacks.has(one));
}
