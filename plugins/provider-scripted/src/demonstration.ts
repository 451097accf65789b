import type { Scenario } from './scenario.js';

/** What is played when no scenario is named: the same answer to every prompt. */
export const demonstration: Scenario = {
  file: 'the built-in demonstration',
  turns: [
    {
      at: { line: 1, column: 1 },
      say: 'This is a demonstration model: it gives this answer to every prompt. For a real model, put a provider plugin into rustic.json.',
    },
  ],
};
