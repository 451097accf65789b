import type { Answer, Ask } from '@rustic-ai/kernel/contracts';

/** What a line means as an answer; `again`: nothing, so the question is put again. */
export type Reading = 'once' | 'session' | 'project' | 'deny' | 'deny with message' | 'again';

const readings = new Map<string, Reading>([
  ['', 'deny'],
  ['n', 'deny'],
  ['no', 'deny'],
  ['y', 'once'],
  ['yes', 'once'],
  ['s', 'session'],
  ['session', 'session'],
  ['a', 'project'],
  ['always', 'project'],
  ['e', 'deny with message'],
]);

/** Only exactly a key or its word is an answer: a pasted sentence that begins with "y" is none. */
export function readAnswer(line: string, rememberable: boolean): Reading {
  // More than one line was not typed as an answer.
  const reading = (line.includes('\n') ? undefined : readings.get(line.trim().toLowerCase())) ?? 'again';
  const lasts = reading === 'session' || reading === 'project';
  return lasts && !rememberable ? 'again' : reading;
}

export const choices = (rememberable: boolean, between: string): string =>
  ['y once', ...(rememberable ? ['s session', 'a always here'] : []), 'n no', 'e no, with a message [n] '].join(
    between,
  );

/**
 * Puts one question until there is an answer. `ask` resolves to undefined when there will be none: that is a no.
 */
export async function askForAnswer(
  { wouldStore }: Pick<Ask, 'wouldStore'>,
  ask: (question: string) => Promise<string | undefined>,
  between = ' · ',
): Promise<Answer> {
  const rememberable = wouldStore !== undefined;
  for (;;) {
    const line = await ask(choices(rememberable, between));
    if (line === undefined) return { outcome: 'deny', message: 'The question was not answered.' };
    const reading = readAnswer(line, rememberable);
    if (reading === 'again') continue;
    if (reading !== 'deny with message') return { outcome: reading };
    const message = (await ask('message to the model: '))?.trim();
    return { outcome: 'deny', ...(message && { message }) };
  }
}
