// The help of the program as it is printed, made when this package is built: asking for it then imports no table.

/** What `rustic --help` prints on a terminal of so many columns. */
export function helpText(program, columns) {
  let text = '';
  program.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => columns });
  program.outputHelp();
  return text;
}

/** Without a terminal, and on one where no line has to be broken. */
export const helpTexts = (createProgram) => {
  const wide = helpText(createProgram(), Number.MAX_SAFE_INTEGER);
  const columns = Math.max(...wide.split('\n').map((line) => line.length));
  return { columns, narrow: helpText(createProgram(), 80), wide };
};
