/** One thing a contract demands. `id` is stable: scorecards and broken twins name it. */
export interface Rule<Subject> {
  readonly id: string;
  readonly says: string;
  run(subject: Subject): Promise<void> | void;
}
/** The two functions every test runner has. */
export interface Runner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void> | void): unknown;
}

/** Registers a suite with any runner: one test per rule. */
export function describeSuite<Subject>(
  name: string,
  suite: readonly Rule<Subject>[],
  subject: Subject,
  runner: Runner,
): void {
  runner.describe(name, () => {
    for (const rule of suite) runner.it(`${rule.id}: ${rule.says}`, () => rule.run(subject));
  });
}
