import { type Message, type ModelEvent, type ModelRequest, textOf } from '@rustic-ai/kernel/contracts';

const isPrompt = ({ role }: Message) => role === 'user';
/** Unit: tokens. An estimate: four characters each. */
const tokensIn = (text: string) => Math.ceil(text.length / 4);

/**
 * Answers with the last prompt, a word at a time.
 *
 * Shape: one `start`, a `text` for each word, one `finish`.
 * Cancel: ends after the word under way.
 */
export async function* echo(request: ModelRequest, prefix: string, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const prompt = request.messages.findLast(isPrompt);
  const answer = `${prefix}${prompt ? textOf(prompt.parts) : 'nothing'}`;
  yield { type: 'start', model: request.model };
  for (const text of answer.match(/\S+\s*/g) ?? []) {
    if (signal.aborted) return yield { type: 'finish', reason: 'aborted' };
    yield { type: 'text', text };
  }
  const inputTokens = request.messages.reduce((sum, { parts }) => sum + tokensIn(textOf(parts)), 0);
  const usage = { inputTokens, outputTokens: tokensIn(answer), estimated: true as const };
  yield { type: 'finish', reason: 'stop', usage };
}
