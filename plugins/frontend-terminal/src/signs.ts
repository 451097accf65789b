import type { Host, ToolKind } from '@rustic-ai/kernel/contracts';

/** What stands for things beside words. */
export interface Signs {
  readonly done: string;
  readonly failed: string;
  /** Something began that others work on. */
  readonly begun: string;
  readonly prompt: string;
  /** Stands where text was cut, and before what goes on. */
  readonly more: string;
  readonly between: string;
  readonly bar: string;
  readonly rule: string;
  readonly bullet: string;
  /** What a person said to a turn under way, or for after it. */
  readonly said: string;
  readonly kinds: Readonly<Record<ToolKind, string>>;
  /** Shown one after the other while something is under way; none: nothing moves. */
  readonly working: readonly string[];
}

const drawn: Signs = {
  done: '✓',
  failed: '✗',
  begun: '»',
  prompt: '› ',
  more: '…',
  between: ' · ',
  bar: '│',
  rule: '─',
  bullet: '•',
  said: '↳',
  kinds: {
    read: '<',
    edit: '±',
    delete: '×',
    move: '→',
    search: '?',
    execute: '$',
    think: '~',
    fetch: '↓',
    other: '·',
  },
  working: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};
const ascii: Signs = {
  done: '+',
  failed: 'x',
  begun: '>',
  prompt: '> ',
  more: '...',
  between: ' | ',
  bar: '|',
  rule: '-',
  bullet: '*',
  said: '>',
  kinds: {
    read: '<',
    edit: '~',
    delete: '-',
    move: '>',
    search: '?',
    execute: '$',
    think: '~',
    fetch: 'v',
    other: '-',
  },
  working: ['-', '\\', '|', '/'],
};
const words: Signs = {
  ...ascii,
  done: 'done:',
  failed: 'failed:',
  begun: 'begins:',
  more: '...',
  between: ', ',
  bar: ' ',
  rule: '-',
  bullet: '-',
  said: 'you said:',
  kinds: {
    read: 'read:',
    edit: 'edit:',
    delete: 'delete:',
    move: 'move:',
    search: 'search:',
    execute: 'run:',
    think: 'think:',
    fetch: 'fetch:',
    other: 'tool:',
  },
  working: [],
};

/** Only a locale that says so has no UTF-8; none at all is the rule in containers whose terminals have it. */
export function signsFor(host: Pick<Host, 'env'>, plain: boolean): Signs {
  if (plain) return words;
  const { LC_ALL, LC_CTYPE, LANG } = host.env(['LC_ALL', 'LC_CTYPE', 'LANG']);
  const locale = LC_ALL || LC_CTYPE || LANG || 'UTF-8';
  return /utf-?8/i.test(locale) ? drawn : ascii;
}
