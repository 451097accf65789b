/** One text of many; what is blank is left out. */
export const join = (texts: readonly string[], separator: string): string =>
  texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join(separator);
