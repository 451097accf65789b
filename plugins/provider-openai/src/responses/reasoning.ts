import type { Json, ModelEvent } from '@rustic-ai/kernel/contracts';
import type { ResponseInputItem, ResponseReasoningItem } from 'openai/resources/responses/responses';

/** A reasoning item of the vendor as an event: what it wants back unchanged, under its own name. */
export function reasoningEvent({ id, summary, content, encrypted_content }: ResponseReasoningItem): ModelEvent {
  const item = { id, summary, content, encrypted_content };
  return { type: 'reasoning', text: '', vendor: { openai: JSON.parse(JSON.stringify(item)) as Json } };
}

/** The item to hand back; none for reasoning of another vendor, or without its content. */
export function keptOf(vendor: Json | undefined): ResponseInputItem[] {
  const kept = (vendor as { readonly openai?: Partial<ResponseReasoningItem> } | null | undefined)?.openai;
  if (!kept?.id || !kept.encrypted_content) return [];
  const { id, summary = [], content, encrypted_content } = kept;
  return [{ type: 'reasoning', id, summary, ...(content && { content }), encrypted_content }];
}
