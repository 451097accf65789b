import type { RedactedThinkingBlockParam, ThinkingBlockParam } from '@anthropic-ai/sdk/resources/messages/messages';
import type { Json, ModelEvent, Part } from '@rustic-ai/kernel/contracts';

/** What completes a stretch of thinking: the vendor wants it back unchanged. `data` is thinking it does not show. */
export const signed = (vendor: { readonly signature: string } | { readonly data: string }): ModelEvent => ({
  type: 'reasoning',
  text: '',
  vendor: { anthropic: vendor },
});

/** The block to hand back; none for reasoning that is not this vendor's. */
export function blockOf({
  text,
  vendor,
}: Extract<Part, { type: 'reasoning' }>): (ThinkingBlockParam | RedactedThinkingBlockParam)[] {
  const kept = (vendor as { readonly anthropic?: { readonly [name: string]: Json } } | null | undefined)?.anthropic;
  if (typeof kept?.signature === 'string') return [{ type: 'thinking', thinking: text, signature: kept.signature }];
  return typeof kept?.data === 'string' ? [{ type: 'redacted_thinking', data: kept.data }] : [];
}
