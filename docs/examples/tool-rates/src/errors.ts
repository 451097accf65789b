import { createErrors, type ErrorTable } from '@rustic-ai/kernel';

const ratesErrors = {
  RUSTIC_RATES_SERVER: {
    severity: 'error',
    message: '{url} gave no rate: {reason}.',
    fix: 'Look at the option "server" of tool-rates, and whether that server knows both currencies.',
  },
} as const satisfies ErrorTable;

export const ratesError = createErrors(ratesErrors);
