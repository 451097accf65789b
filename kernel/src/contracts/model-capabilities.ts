import type { ModelRequest } from './model.js';
import { modelError } from './model-errors.js';

/**
 * What not every model takes, by the request's own names; `images` are image parts. A model says in its declaration which
 * of them it takes: `facts: { capabilities: [...] }`. Where it says nothing, nothing is known and nothing is refused.
 */
export const modelCapabilities = [
  'tools',
  'toolChoice',
  'parallelToolCalls',
  'output',
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'stop',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'reasoning',
  'images',
] as const;
export type ModelCapability = (typeof modelCapabilities)[number];
const hasImages = ({ messages }: ModelRequest) =>
  messages.some(({ parts }) =>
    parts.some(
      (part) =>
        part.type === 'image' || (part.type === 'tool_result' && part.output.some(({ type }) => type === 'image')),
    ),
  );

/** That the model chooses, or uses no tool, takes no parameter: the one is what happens without, the other is a request without tools. */
const asks = (request: ModelRequest, name: ModelCapability): boolean => {
  if (name === 'images') return hasImages(request);
  if (name === 'toolChoice') return ![undefined, 'auto', 'none'].includes(request.toolChoice as string | undefined);
  return request[name] !== undefined;
};

/**
 * Refuses what the model can't do before anything is sent. A `cacheHint` is never refused: it is a hint.
 *
 * Throws: `RUSTIC_MODEL_INVALID_REQUEST`, with the first such name as `parameter`.
 */
export function refuseIncapable(request: ModelRequest, capabilities: readonly ModelCapability[] | undefined): void {
  if (!capabilities) return;
  for (const name of modelCapabilities) {
    if (capabilities.includes(name)) continue;
    if (!asks(request, name)) continue;
    const reason = 'it can not do that';
    throw modelError('RUSTIC_MODEL_INVALID_REQUEST', { model: request.model, reason, parameter: name });
  }
}
