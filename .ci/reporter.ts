import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends the run with one plain line that any machine can read. A skipped test is named with its reason. */
export default class ClosingLine implements Reporter {
  #counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    this.#counts[result.state]++;
    if (result.state === 'skipped') console.log(`skipped: ${test.fullName}: ${result.note ?? 'no reason given'}`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const { passed, failed, skipped } = this.#counts;
    // A file that can not be imported and a hook that fails have no test to count.
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const lost = failed + errors.length + groups.filter((group) => group.errors().length > 0).length;
    process.on('exit', () =>
      console.log(`\n${passed} passed, ${lost} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`),
    );
  }
}
