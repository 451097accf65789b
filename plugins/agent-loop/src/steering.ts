import type { Message, RunEventBody, SessionLog, Steering } from '@rustic-ai/kernel/contracts';
import { messageEntry } from './journal.js';

/** What a person says to the turns under way here. */
export interface SteeredTurns extends Steering {
  /** From now on the turn of this session can be talked to. */
  begin(session: string): SteeredTurn;
}
export interface SteeredTurn {
  /** What was said since the last time, in order. */
  take(): readonly string[];
  /** What is said from now on is not heard. */
  end(): void;
}

export function createSteering(): SteeredTurns {
  const turns = new Map<string, string[]>();
  return {
    async say(session, text) {
      const said = turns.get(session);
      said?.push(text);
      return said !== undefined;
    },
    begin(session) {
      const said: string[] = [];
      turns.set(session, said);
      return {
        take: () => said.splice(0),
        end: () => void (turns.get(session) === said && turns.delete(session)),
      };
    },
  };
}

/**
 * Adds what was said meanwhile to the history, each as a message of its own.
 *
 * Shape: returns whether anything was said. Order: durable before the next model call.
 */
export async function* hear(
  turn: SteeredTurn,
  { log, history, newId }: { readonly log: SessionLog; readonly history: Message[]; readonly newId: () => string },
): AsyncGenerator<RunEventBody, boolean> {
  const said = turn.take();
  const messages = said.map((text): Message => ({ role: 'user', parts: [{ type: 'text', text }] }));
  if (messages.length === 0) return false;
  await log.append(messages.map((message) => messageEntry(message, { steering: true })));
  history.push(...messages);
  for (const text of said) yield { type: 'item.completed', item: { type: 'user_message', id: newId(), text } };
  return true;
}
