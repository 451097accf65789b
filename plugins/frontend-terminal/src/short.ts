/** Cuts to so many characters; what was cut ends in `more`. */
export function short(text: string, maxCharacters: number, more = '…'): string {
  const characters = Array.from(text.slice(0, maxCharacters * 2 + 2));
  if (characters.length <= maxCharacters) return text;
  return `${characters.slice(0, Math.max(0, maxCharacters - more.length)).join('')}${more}`;
}
