/** One line that greets somebody; spaces around the name are left out. */
export const greet = (greeting: string, name: string): string => `${greeting}, ${name.trim()}!`;
