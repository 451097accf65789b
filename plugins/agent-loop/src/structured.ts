import type { Declaration } from '@rustic-ai/kernel';
import type { AgentRequest, Json, ModelRequest } from '@rustic-ai/kernel/contracts';

/** An answer that has to be JSON of a shape. */
export interface Wanted {
  /** What the model is told before anything else. */
  readonly instruction: string;
  /** The part of a request that makes a model hold to the schema by itself, where it is known to do so. */
  natively(declaration: Pick<Declaration, 'facts'>): Pick<ModelRequest, 'output'>;
  /** What the text says, when it fits. Throws: when the schema itself can't be compiled. */
  judge(text: string): Promise<Judged>;
}
export type Judged =
  | { readonly value: Json; readonly misfit?: undefined }
  /** Why not, in words for the model. */
  | { readonly misfit: string };

/** What a request wants its answer to be. Undefined: any text. */
export function wantedBy({ output }: AgentRequest): Wanted | undefined {
  if (!output) return undefined;
  const schema = JSON.stringify(output.schema);
  return {
    instruction: `Your final answer must be JSON that fits this JSON Schema, and nothing else: no words around it.\n${schema}`,
    natively({ facts }) {
      const { capabilities } = (facts ?? {}) as { readonly capabilities?: readonly string[] };
      return capabilities?.includes('output') ? { output } : {};
    },
    async judge(text) {
      const parsed = parse(text);
      if (!parsed) return { misfit: 'it is not JSON' };
      // Heavy, and needed by few runs.
      const { Compile } = await import('typebox/compile');
      const validator = Compile(output.schema as object);
      if (validator.Check(parsed.value)) return parsed;
      const [error] = validator.Errors(parsed.value);
      return { misfit: `${error?.instancePath || '/'} ${error?.message ?? 'does not fit'}` };
    },
  };
}

/** Models like to fence what they were asked to give bare. */
const fence = /^```(?:json)?\s*\n([^]*?)\n?```$/;

function parse(text: string): { readonly value: Json } | undefined {
  const bare = text.trim();
  try {
    return { value: JSON.parse(fence.exec(bare)?.[1] ?? bare) as Json };
  } catch {
    return undefined;
  }
}

/** What a model is told whose answer does not fit. */
export const correction = (misfit: string): string =>
  `Your answer does not fit the schema: ${misfit}. Answer again, with nothing but JSON that fits.`;
