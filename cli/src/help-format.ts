import type { Help } from 'commander';

/** Room that a description needs beside its term; with less it stands below. Unit: columns. */
const enough = 30;
const [indent, deeper] = ['  ', '      '];

/** How one command, flag or argument is laid out: on a narrow terminal what it means stands below it. */
export function formatItem(this: Help, term: string, termWidth: number, description: string, helper: Help): string {
  const { helpWidth = 80 } = this;
  if (description === '') return `${indent}${term}`;
  const beside = helpWidth - termWidth - 2 * indent.length;
  if (beside < enough) {
    const room = Math.max(helpWidth - deeper.length, enough / 2);
    const below = helper.boxWrap(description, room).replaceAll('\n', `\n${deeper}`);
    return `${indent}${term}\n${deeper}${below}`;
  }
  const gap = `\n${' '.repeat(termWidth + 2 * indent.length)}`;
  const padded = term.padEnd(termWidth + term.length - helper.displayWidth(term));
  return `${indent}${padded}${indent}${helper.boxWrap(description, beside).replaceAll('\n', gap)}`;
}
