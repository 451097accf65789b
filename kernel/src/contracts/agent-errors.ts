import { createErrors, type ErrorTable } from '../errors.js';

/** What an agent tells the model or its caller. */
export const agentErrors = {
  RUSTIC_LIMIT_STEPS: {
    severity: 'error',
    message: 'The agent asked the model {limit} times in one turn, which is its limit.',
    fix: 'Give it a smaller task, or raise maxSteps in the options of the agent.',
  },
  RUSTIC_LIMIT_COST: {
    severity: 'error',
    message: 'The run has cost {costUsd} USD, and its limit is {limitUsd}; so the model was not asked again.',
    fix: 'Go on with a higher limit: rustic run --continue --max-cost {more} "go on"',
  },
  RUSTIC_LIMIT_COST_UNKNOWN: {
    severity: 'error',
    message: 'Nobody knows what a call of {model} costs, so the limit of {limitUsd} USD can not be kept.',
    fix: 'Add its price to the options of provider-catalogue (rustic add provider-catalogue), or leave --max-cost out.',
  },
  RUSTIC_AGENT_OUTPUT: {
    severity: 'error',
    message: 'The answer does not fit the schema that was asked for, also at the second try: {reason}',
    fix: 'Ask a more capable model, or for less at once; look at what it said with: rustic session show',
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
