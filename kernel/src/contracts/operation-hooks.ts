import { type Contracts, type HookDefinition, hooksOf } from '../capability.js';

type Texts = Pick<HookDefinition, 'summary' | 'answers'>;
const texts = (operation: string): { readonly [part: string]: Texts } => ({
  call: {
    summary: `Before every call of a ${operation}, once its input is valid. The permission gate decides after it.`,
    answers: {
      undefined: 'No opinion.',
      '{ ask }': 'A person has to decide, whatever the rules say; where nobody is there, the call is refused.',
      '{ deny }': 'The call is refused; later taps are not asked.',
    },
  },
  run: {
    summary: `Around the run of every ${operation} that may run.`,
    answers: { 'what next() gives': 'Passes it on.', 'anything else of its type': 'Takes its place.' },
  },
  result: {
    summary: `After a ${operation} gave a result, before its caller sees it; of a stream, for each event.`,
    answers: { undefined: 'Leaves it.', 'a changed value': 'Takes its place, and is given to the next tap.' },
  },
  called: {
    summary: `After every call of a ${operation}, however it ended.`,
    answers: { undefined: 'Whatever it returns is ignored.' },
  },
});

/** Every hook that plugins of these contracts can tap: their own, and four for each operation. */
export const catalogueOf = ({ hooks, operations }: Contracts): readonly HookDefinition[] => [
  ...operations.flatMap((operation) =>
    hooksOf(operation).map((hook) => ({ ...hook, ...texts(operation.id)[hook.id.slice(operation.id.length + 1)] })),
  ),
  ...hooks,
];
