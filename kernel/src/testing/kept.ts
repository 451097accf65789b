import type { Rule } from './suite.js';

interface Closable {
  close(): Promise<void>;
}
/** What a suite needs of a store that keeps things: an empty one, as often as asked. */
export interface KeptSubject<Opened extends Closable> {
  open(): Promise<Opened>;
  /** An empty place whose store can be opened again, and by several at once. Absent: what is kept goes with its store. */
  place?(): Promise<{ open(): Promise<Opened>; remove(): Promise<void> }>;
}
/** `needs`: the rule can only be run on a subject that has it. */
export interface KeptRule<Opened extends Closable> extends Rule<KeptSubject<Opened>> {
  readonly needs?: 'place';
}
/** Opens the store of a place, and closes it after its use. */
type Within<Opened> = <T>(use: (opened: Opened) => Promise<T>) => Promise<T>;

const within =
  <Opened extends Closable>(open: () => Promise<Opened>): Within<Opened> =>
  async (use) => {
    const opened = await open();
    try {
      return await use(opened);
    } finally {
      await opened.close();
    }
  };
/** A rule that gets an empty store. */
export const keptRule = <Opened extends Closable>(
  id: string,
  says: string,
  check: (opened: Opened) => Promise<void>,
): KeptRule<Opened> => ({ id, says, run: (subject) => within(() => subject.open())(check) });

/** A rule that gets an empty place. */
export const placeRule = <Opened extends Closable>(
  id: string,
  says: string,
  check: (within: Within<Opened>) => Promise<void>,
): KeptRule<Opened> => ({
  id,
  says,
  needs: 'place',
  async run(subject) {
    const place = await subject.place?.();
    if (!place) throw new TypeError('the subject has no "place"');
    try {
      await check(within(() => place.open()));
    } finally {
      await place.remove();
    }
  },
});
