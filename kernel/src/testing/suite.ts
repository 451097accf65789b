/** One thing a contract demands. `id` is stable: scorecards and broken twins name it. */
export interface Rule<Subject> {
  readonly id: string;
  readonly says: string;
  /** A part of the subject that not every one has: without it there is nothing to be held to. */
  readonly needs?: string;
  run(subject: Subject): Promise<void> | void;
}
/** The two functions every test runner has. */
export interface Runner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void> | void): unknown;
}

/** The rules a subject can be held to. */
export const rulesFor = <Subject>(suite: readonly Rule<Subject>[], subject: Subject): readonly Rule<Subject>[] =>
  suite.filter(
    ({ needs }) => needs === undefined || (subject as Readonly<Record<string, unknown>>)[needs] !== undefined,
  );

/** Registers a suite with any runner: one test per rule that the subject can be held to. */
export function describeSuite<Subject>(
  name: string,
  suite: readonly Rule<Subject>[],
  subject: Subject,
  runner: Runner,
): void {
  runner.describe(name, () => {
    for (const rule of rulesFor(suite, subject)) runner.it(`${rule.id}: ${rule.says}`, () => rule.run(subject));
  });
}
