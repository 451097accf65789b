import type { Origin } from '@rustic-ai/kernel';

/** Who answers in the place of a model until the end of a turn, and what that one failed with. */
export interface Preferred {
  readonly next: string;
  readonly code: string;
  readonly reason: string;
}
/** Remembers them: the rest of a turn stays with the model that helped, the next turn begins with the one that was chosen. */
export interface Preferences {
  of(origin: Origin, model: string): Preferred | undefined;
  prefer(origin: Origin, model: string, preferred: Preferred): void;
  forget(session: string): void;
}

export function createPreferences(): Preferences {
  const sessions = new Map<string, { readonly turn: number; readonly models: Map<string, Preferred> }>();
  return {
    of({ session, turn }, model) {
      const known = sessions.get(session ?? '');
      return known && known.turn === turn ? known.models.get(model) : undefined;
    },
    prefer({ session, turn }, model, preferred) {
      if (session === undefined || turn === undefined) return;
      const known = sessions.get(session);
      if (known?.turn === turn) known.models.set(model, preferred);
      else sessions.set(session, { turn, models: new Map([[model, preferred]]) });
    },
    forget: (session) => void sessions.delete(session),
  };
}
