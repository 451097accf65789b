import { describeWorkflowStep } from '@rustic-ai/kernel/testing';
import plugin from 'rustic-plugin-workflow-template';
import { describe, it } from 'vitest';

describeWorkflowStep(
  { plugins: [plugin], name: 'template-join', inputs: { texts: ['hello', 'there'] } },
  { describe, it },
);
