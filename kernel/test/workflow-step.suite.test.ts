import type { Declaration } from '@rustic-ai/kernel';
import { describeWorkflowStep, scoreOf, workflowStepSuite, type WorkflowStepSubject } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugins.js';

interface Parts {
  readonly declaration: Declaration;
  outputs(text: string): unknown;
}
const effects = { kind: 'none', idempotent: true, openWorld: false } as const;
const good: Parts = {
  declaration: { summary: 'Counts letters', effects },
  outputs: (text) => ({ letters: text.length }),
};
const subject = (twin: Partial<Parts> = {}): WorkflowStepSubject => {
  const { declaration, outputs } = { ...good, ...twin };
  const counter = plugin({ id: 'counter', contributes: { 'workflow.step': { count: declaration } } }, () => ({
    'workflow.step': {
      count: {
        run: ({ inputs }: { readonly inputs: { readonly text: string } }) => ({ outputs: outputs(inputs.text) }),
      },
    },
  }));
  return { plugins: [counter], name: 'count', inputs: { text: 'four' } };
};
let counted = 0;

/** One step or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Partial<Parts>[]> = {
  summary: [{ declaration: { summary: ' ', effects } }],
  effects: [{ declaration: { summary: 'Counts letters' } }],
  outputs: [{ outputs: () => [] }, { outputs: () => ({ at: new Date(0) }) }, { outputs: () => 'four' }],
  repeat: [{ outputs: () => ({ counted: counted++ }) }],
};

describeWorkflowStep(subject(), { describe, it });

describe('the workflow.step suite', () => {
  it('has broken twins for every rule', () => {
    expect(Object.keys(twins)).toEqual(workflowStepSuite.map(({ id }) => id));
  });
  const all = Object.entries(twins).flatMap(([id, some]) => some.map((twin, index) => [id, index + 1, twin] as const));
  it.each(all)('fails "%s" on a step that breaks it (%i), and nothing else', async (id, _, twin) => {
    const { rules } = await scoreOf('workflow.step', workflowStepSuite, subject(twin));
    expect(rules.filter(({ ok }) => !ok).map((rule) => rule.id)).toEqual([id]);
  });
});
