import { describe, expect, it } from 'vitest';
import { assistant, playFile, result, user } from './helper.js';

/** What was played, without the start. */
const played = async (...asked: Parameters<typeof playFile>) => (await playFile(...asked)).slice(1);
/** The error of a scenario that can't be used, as data. */
const problem = (content: string) =>
  playFile('play.yaml', content, user('Hi')).then(
    () => undefined,
    ({ code, details }: { code: string; details: object }) => ({ code, details }),
  );
const at = (line: number, column: number, reason: string) => ({
  code: 'RUSTIC_MODEL_SCENARIO',
  details: { file: 'play.yaml', line, column, reason },
});
const finish = (reason: string) => ({ type: 'finish', reason, usage: expect.objectContaining({ estimated: true }) });

describe('a scenario', () => {
  it('is read from YAML, each turn with its position', async () => {
    const content = `turns:
  - when: notes
    think: I must look.
    delayMs: 5
    calls:
      - { tool: fs_read, id: read, input: { path: notes.txt, limit: 3 } }
  - say: "It says {{read}}"
    stop: length
  - error: { code: RUSTIC_MODEL_AUTH, message: No key., fix: Add one. }
`;
    const asked = await played('play.yaml', content, user('my notes'));
    expect(asked).toEqual([
      { type: 'reasoning', text: 'I must look.' },
      { type: 'tool_call', id: 'read', name: 'fs_read', input: { path: 'notes.txt', limit: 3 } },
      finish('tool_calls'),
    ]);
    const history = [user('my notes'), assistant(asked)];
    await expect(playFile('play.yaml', content, ...history)).rejects.toMatchObject(
      at(7, 5, 'the call "read" has no result yet'),
    );
    history.push(result('read', 'Milk.'));
    expect(await played('play.yaml', content, ...history)).toEqual([
      { type: 'text', text: 'It says Milk.' },
      finish('length'),
    ]);
    await expect(playFile('play.yaml', content, ...history, assistant([]))).rejects.toMatchObject({
      code: 'RUSTIC_MODEL_AUTH',
      message: 'No key.',
      fix: 'Add one.',
    });
    await expect(playFile('play.yaml', content, user('other'))).rejects.toMatchObject(
      at(7, 5, 'the call "read" has no result yet'),
    );
  });

  it('is read from JSON and through YAML aliases', async () => {
    const hello = [{ type: 'text', text: 'Hello' }, finish('stop')];
    expect(await played('play.json', '{ "turns": [{ "say": "Hello" }] }', user('Hi'))).toEqual(hello);
    const aliased = 'turns:\n  - say: &text Hello\n  - say: *text\n';
    expect(await played('play.yaml', aliased, user('Hi'))).toEqual(hello);
    expect(await played('play.yaml', aliased, user('Hi'), assistant([]))).toEqual(hello);
  });

  it.each<[string, string, object]>([
    ['an empty file', '', at(1, 1, 'it must be an object')],
    ['no turns', 'other: 1', at(1, 1, '"other" is not known here; allowed are: turns')],
    ['turns missing', '{}', at(1, 1, '"turns" is missing')],
    ['turns that are no list', 'turns: yes please', at(1, 8, 'it must be a list that is not empty')],
    ['an empty list', 'turns: []', at(1, 8, 'it must be a list that is not empty')],
    ['a turn that is no object', 'turns:\n  - hello', at(2, 5, 'it must be an object')],
    [
      'an unknown key of a turn',
      'turns:\n  - say: Hi\n    says: Hi',
      at(3, 5, '"says" is not known here; allowed are: when, think, say, calls, delayMs, error, stop'),
    ],
    [
      'an empty turn in JSON',
      '{ "turns": [{}] }',
      at(1, 13, 'a turn needs at least one of: think, say, calls, error, stop'),
    ],
    [
      'a turn without an answer',
      'turns:\n  - when: Hi',
      at(2, 5, 'a turn needs at least one of: think, say, calls, error, stop'),
    ],
    ['a number where text is due', 'turns:\n  - say: 42', at(2, 10, 'it must be a text that is not empty')],
    ['a key without a value', 'turns:\n  - say:', at(2, 9, 'it must be a text that is not empty')],
    ['a call without a tool', 'turns:\n  - calls:\n      - id: a', at(3, 9, '"tool" is missing')],
    [
      'an unknown key of a call',
      'turns:\n  - calls: [{ tool: a, args: 1 }]',
      at(2, 24, '"args" is not known here; allowed are: tool, id, input'),
    ],
    ['an input that is no object', 'turns:\n  - calls: [{ tool: a, input: [1] }]', at(2, 31, 'it must be an object')],
    [
      'a number JSON does not know',
      'turns:\n  - calls: [{ tool: a, input: { n: .nan } }]',
      at(2, 36, 'it must be a finite number'),
    ],
    [
      'an id with other characters',
      'turns:\n  - calls: [{ tool: a, id: "a--2" }]',
      at(2, 28, 'it must be letters, digits, _ and single dashes'),
    ],
    [
      'the same id twice',
      'turns:\n  - calls: [{ tool: a, id: x }, { tool: b, id: x }]',
      at(2, 5, 'two calls of this turn have the id "x"'),
    ],
    [
      'a delay that is no duration',
      'turns:\n  - say: Hi\n    delayMs: -1',
      at(3, 14, 'it must be a whole number of milliseconds from 0 to 2147483647'),
    ],
    ['another stop', 'turns:\n  - stop: now', at(2, 11, 'it must be one of: cut, length')],
    [
      'an error code of another kind',
      'turns:\n  - error: { code: OOPS, message: m }',
      at(2, 20, 'it must be a code such as RUSTIC_MODEL_AUTH'),
    ],
    ['an error without message', 'turns:\n  - error: { code: RUSTIC_X }', at(2, 12, '"message" is missing')],
    [
      'a template without its call',
      'turns:\n  - say: "{{reed}}"',
      at(2, 10, 'no call has the id "reed"; two literal braces are written \\{{'),
    ],
    [
      'a template in a nested input',
      'turns:\n  - calls: [{ tool: a, input: { list: [1, "{{b}}"] } }]',
      at(2, 43, 'no call has the id "b"; two literal braces are written \\{{'),
    ],
    [
      'an expression that is none',
      'turns:\n  - calls: [{ tool: a, id: x }]\n  - say: "{{x /(/}}"',
      at(3, 10, 'Invalid regular expression: /(/m: Unterminated group'),
    ],
    ['broken YAML', 'turns:\n  - say: "open', at(2, 15, 'Missing closing "quote')],
    ['a key twice', 'turns:\n  - say: a\n    say: b', at(3, 5, 'Map keys must be unique')],
  ])('is refused with line and column: %s', async (_, content, expected) => {
    expect(await problem(content)).toEqual(expected);
  });
});
