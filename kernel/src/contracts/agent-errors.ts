import { createErrors, type ErrorTable } from '../errors.js';

/** What an agent tells the model or its caller. */
export const agentErrors = {
  RUSTIC_LIMIT_STEPS: {
    severity: 'error',
    message: 'The agent asked the model {limit} times in one turn, which is its limit.',
    fix: 'Give it a smaller task, or raise maxSteps in the options of the agent.',
  },
  RUSTIC_TOOL_UNKNOWN: {
    severity: 'error',
    message:
      'The process ended in the middle of this call; whether it took effect is unknown, and it was not repeated.',
    fix: 'Look at what is there before doing it again.',
  },
  RUSTIC_TOOL_INTERRUPTED: {
    severity: 'error',
    message: 'The run ended before this call finished; it may or may not have taken effect.',
    fix: 'Look at what is there before doing it again.',
  },
  RUSTIC_TOOL_PREREQUISITE: {
    severity: 'error',
    message: 'It was not run: it comes after "{first}", which failed in the same reply.',
    fix: 'Call "{first}" again, and this one when that has worked.',
  },
  RUSTIC_TOOL_TIMEOUT: {
    severity: 'error',
    message: 'The tool "{name}" took longer than the {limitMs} ms it has.',
    fix: 'Ask it for less at a time, or raise its limit in the options of policy-tools.',
  },
} as const satisfies ErrorTable;
export const agentError = createErrors(agentErrors);
