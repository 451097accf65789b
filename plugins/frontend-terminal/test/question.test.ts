import { describe, expect, it } from 'vitest';
import { askForAnswer, readAnswer } from '../src/question.js';

const rule = { effect: 'allow', action: 'exec', match: 'git status' } as const;
/** Answers questions with these lines; undefined when there are no more. */
function lines(...given: readonly string[]) {
  const questions: string[] = [];
  const left = [...given];
  const ask = async (question: string) => {
    questions.push(question);
    return left.shift();
  };
  return { ask, questions };
}

describe('a typed answer', () => {
  it.each([
    ['y', 'once'],
    ['Yes', 'once'],
    [' y ', 'once'],
    ['s', 'session'],
    ['n', 'deny'],
    ['no', 'deny'],
    ['', 'deny'],
    ['e', 'deny with message'],
    ['yes please delete everything', 'again'],
    ['yikes', 'again'],
    ['nothing', 'again'],
    ['y\nrm -rf /', 'again'],
    ['x', 'again'],
  ])('"%s" means: %s', (line, expected) => expect(readAnswer(line, true)).toBe(expected));

  it('can not be for the session when nothing would be remembered', () => {
    expect(readAnswer('s', false)).toBe('again');
  });
});

describe('a question', () => {
  it('is put again until there is an answer', async () => {
    const { ask, questions } = lines('yes please', 's', 'y');
    expect(await askForAnswer({}, ask)).toEqual({ outcome: 'once' });
    expect(questions).toEqual(Array(3).fill('y once · n no · e no, with a message [n] '));
  });

  it('offers the session when a rule could be remembered', async () => {
    const { ask, questions } = lines('s');
    expect(await askForAnswer({ wouldStore: rule }, ask)).toEqual({ outcome: 'session' });
    expect(questions).toEqual(['y once · s session · n no · e no, with a message [n] ']);
  });

  it('takes a no with and without a message, and the end of input as a no', async () => {
    expect(await askForAnswer({}, lines('').ask)).toEqual({ outcome: 'deny' });
    expect(await askForAnswer({}, lines('e', ' Use git. ').ask)).toEqual({ outcome: 'deny', message: 'Use git.' });
    expect(await askForAnswer({}, lines('e').ask)).toEqual({ outcome: 'deny' });
    expect(await askForAnswer({}, lines().ask)).toEqual({
      outcome: 'deny',
      message: 'The question was not answered.',
    });
  });
});
