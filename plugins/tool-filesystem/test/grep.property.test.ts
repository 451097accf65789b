import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { openTools } from './helper.js';

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'k',
    's',
    'ab',
    'ks1',
    '.',
    '[ab]',
    '[^a]',
    '[]a]',
    '(?:a|b)',
    '(ab)',
    '(a(s|[)])b)',
    '(?:ks)',
    String.raw`\d`,
    String.raw`\.`,
    'é',
    ' ',
  ],
);
const quantifier = fc.constantFrom('', '', '', '+', '*', '?', '{2}', '+?', '{0,1}');
const sequence = fc
  .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map((part) => part.join('')).join(''));
const pattern = fc.oneof(
  { weight: 4, arbitrary: sequence },
  fc.tuple(sequence, sequence).map((both) => both.join('|')),
);
const line = fc
  .array(fc.constantFrom(...'abksABKS.1é )]\u212a\u017f'), { maxLength: 12 })
  .map((characters) => characters.join(''));

it('fs_grep finds the lines that match, and no others', { timeout: 60_000 }, async () => {
  const { put, run } = await openTools();
  await fc.assert(
    fc.asyncProperty(
      pattern,
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (text, lines, ignoreCase) => {
        // JavaScript wants a bracket that comes first in a class escaped.
        const expression = new RegExp(text.replaceAll('[]', String.raw`[\]`), ignoreCase ? 'iu' : 'u');
        await put('a', lines.map((one) => `${one}\n`).join(''));
        const { parts } = await run('fs_grep', { pattern: text, ignoreCase });
        const found = lines.flatMap((one, at) => (expression.test(one) ? [`a:${at + 1}:${one}`] : []));
        expect(parts).toEqual([{ type: 'text', text: found.join('\n') || '[Nothing was found.]' }]);
      },
    ),
    { numRuns: 1_000 },
  );
});
