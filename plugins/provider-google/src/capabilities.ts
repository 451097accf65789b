import { modelCapabilities, type ModelCapability } from '@rustic-ai/kernel/contracts';

/** Source: the types of @google/genai 3.1.0: calls are parallel whenever the model wants it. */
const lacks: readonly ModelCapability[] = ['parallelToolCalls'];
/** Source: Google, "Gemini thinking": it came with 2.5. */
const early = /^gemini-(1|2\.0)/;
/** Source: Google, "Gemini 3": it is told how hard to think; 2.5 how many tokens. */
const levelled = /^gemini-([3-9]|\d\d)/;

export const isLevelled = (name: string): boolean => levelled.test(name);
export const capabilitiesOf = (name: string): readonly ModelCapability[] =>
  modelCapabilities.filter((one) => !lacks.includes(one) && !(one === 'reasoning' && early.test(name)));
