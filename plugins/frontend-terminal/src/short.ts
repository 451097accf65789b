/** Cuts to so many characters; what was cut ends in `…`. */
export function short(text: string, maxCharacters: number): string {
  const characters = Array.from(text.slice(0, maxCharacters * 2 + 2));
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters - 1).join('')}…` : text;
}
