import { strict as assert } from 'node:assert';
import type { Handle } from '../capability.js';
import type { StepRequest } from '../contracts/workflow.js';
import type { InCode } from '../compose/in-code.js';
import type { Json } from '../errors.js';
import { frozen } from './frozen.js';
import { createTestKernel } from './kernel.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

/** A kind of step, and what it stands on. Whatever it asks for is allowed. */
export interface WorkflowStepSubject {
  /** The step's plugin and all it requires. */
  readonly plugins: readonly InCode[];
  readonly name: string;
  /** Inputs such that it works. */
  readonly inputs: { readonly [name: string]: Json };
}
interface Tried {
  readonly step: Handle<'workflow.step'>;
  run(): Promise<{ readonly outputs: unknown }>;
}
const rule = (id: string, says: string, check: (tried: Tried) => Promise<void>): Rule<WorkflowStepSubject> => ({
  id,
  says,
  async run({ plugins, name, inputs }) {
    const kernel = await createTestKernel({ plugins, answers: [{ outcome: 'once' }] });
    try {
      const step = kernel.use('workflow.step').get(name);
      const request: StepRequest = frozen({ step: 'suite', run: 'run-suite', inputs: structuredClone(inputs) });
      await check({ step, run: () => step.invoke(request, kernel.call()) });
    } finally {
      await kernel.dispose();
    }
  },
});

/** What every kind of step promises, rule by rule. */
export const workflowStepSuite: readonly Rule<WorkflowStepSubject>[] = [
  rule('summary', 'says what it does', async ({ step }) => {
    assert.match(step.declaration.summary, /\S{2,}/);
  }),
  rule('effects', 'declares its effects, so that it is known whether it may be done again', async ({ step }) => {
    assert.ok(step.declaration.effects, 'it declares no effects');
  }),
  rule('outputs', 'gives outputs by name, as plain JSON', async ({ run }) => {
    const { outputs } = await run();
    assert.ok(typeof outputs === 'object' && outputs !== null && !Array.isArray(outputs), 'its outputs have no names');
    assert.deepEqual(JSON.parse(JSON.stringify(outputs)), outputs);
  }),
  rule('repeat', 'gives the same again when it says it is idempotent', async ({ step, run }) => {
    if (!step.declaration.effects?.idempotent) return;
    assert.deepEqual(await run(), await run());
  }),
];

/** Registers the suite for one kind of step. */
export const describeWorkflowStep = (subject: WorkflowStepSubject, runner: Runner): void =>
  describeSuite(`workflow.step ${subject.name}`, workflowStepSuite, subject, runner);
