import type { RunEvent, Steering } from '@rustic-ai/kernel/contracts';

/** What is entered while a turn runs: told to it, or kept for after it. */
export interface SteeredTalk {
  /** What is to be asked after the turn, in order. */
  readonly next: string[];
  say(session: string | undefined, text: string, as: 'steer' | 'queue'): Promise<void>;
  follow(event: RunEvent): void;
  /** The turn is over: returns what it was not told any more. */
  ended(): Promise<readonly string[]>;
}

/** `changed` is told all that waits, in the order in which it will be told. */
export function createSteering(
  services: readonly (() => Promise<Steering>)[],
  changed: (texts: readonly string[]) => void,
): SteeredTalk {
  const next: string[] = [];
  /** Given to the turn, which has not told it yet. */
  let given: string[] = [];
  let saying: Promise<unknown> = Promise.resolve();
  const forget = (text: string) => {
    const at = given.indexOf(text);
    if (at >= 0) given.splice(at, 1);
  };
  const show = () => changed([...given, ...next]);
  const offer = async (session: string, text: string): Promise<boolean> => {
    // Who can't be told does not lose it: it is asked after the turn.
    for (const open of services) if (await sayTo(open, session, text).catch(() => false)) return true;
    return false;
  };
  return {
    next,
    say(session, text, as) {
      const saidNow = saying.then(async () => {
        // A command is for the conversation, not for the model.
        const steers = as === 'steer' && session !== undefined && !text.startsWith('/');
        if (!steers) next.push(text);
        else {
          // It may be told before the answer to this question is here.
          given.push(text);
          if (!(await offer(session, text))) {
            forget(text);
            next.push(text);
          }
        }
        show();
      });
      saying = saidNow.catch(() => {});
      return saidNow;
    },
    follow(event) {
      if (event.type !== 'item.completed' || event.item.type !== 'user_message') return;
      forget(event.item.text);
      show();
    },
    async ended() {
      await saying;
      const untold = given;
      given = [];
      return [...untold, ...next.splice(0)];
    },
  };
}

const sayTo = async (open: () => Promise<Steering>, session: string, text: string) => (await open()).say(session, text);
