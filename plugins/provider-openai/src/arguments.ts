import type { Json } from '@rustic-ai/kernel/contracts';

/** Arguments that were no JSON are kept as the text they were. */
export const argumentsOf = (input: Json): string => (typeof input === 'string' ? input : JSON.stringify(input));
