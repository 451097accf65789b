import { modelCapabilities, type ModelCapability } from '@rustic-ai/kernel/contracts';

/** Source: the types of ollama 0.6.4: the protocol has no parameter for these. */
const lacks: readonly ModelCapability[] = ['toolChoice', 'parallelToolCalls'];
const all = modelCapabilities.filter((one) => !lacks.includes(one));

/** What a model of a person's own can do is not in its name: the server says it, and the refusal names it. */
export const capabilitiesOf = (): readonly ModelCapability[] => all;
