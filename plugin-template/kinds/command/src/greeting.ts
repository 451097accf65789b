import type { CommandRequest, RunEvent } from '@rustic-ai/kernel/contracts';

/** Greets whoever is named after the command. Shape: one message, begun and completed. */
export async function* greeting({ text, session = '' }: CommandRequest, word: string): AsyncGenerator<RunEvent> {
  const item = {
    type: 'agent_message' as const,
    id: 'greeting',
    text: `${word}, ${text.trim() || 'whoever you are'}!`,
  };
  const head = (seq: number) => ({ v: 1 as const, seq, ts: new Date().toISOString(), sessionId: session });
  yield { ...head(1), type: 'item.started', item: { ...item, text: '' } };
  yield { ...head(2), type: 'item.completed', item };
}
