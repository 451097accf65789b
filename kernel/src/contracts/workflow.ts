import { defineOperation } from '../capability.js';
import type { Json } from '../errors.js';

/** One step of a workflow: its inputs are resolved, its outputs are JSON. */
export interface StepRequest {
  readonly step: string;
  readonly inputs: { readonly [name: string]: Json };
  readonly run: string;
}
declare module '../capability.js' {
  interface Operations {
    'workflow.step': {
      readonly mode: 'call';
      readonly input: StepRequest;
      readonly output: { readonly outputs: { readonly [name: string]: Json } };
    };
  }
}
export const workflowStep = defineOperation({ id: 'workflow.step', version: 1, mode: 'call', triggers: 'workflow' });
