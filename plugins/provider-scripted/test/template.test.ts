import { describe, expect, it } from 'vitest';
import { fill, slotsIn } from '../src/template.js';

describe('a template', () => {
  it.each([
    ['nothing', 'plain ${HOME} {x}', [], 'plain ${HOME} {x}'],
    ['a call', 'a {{ read }} b', [{ id: 'read' }], 'a <read> b'],
    ['an expression', String.raw`{{read-2 /v(\d+)\/x/}}`, [{ id: 'read-2', match: String.raw`v(\d+)\/x` }], '<read-2>'],
    ['two', '{{a}}{{b}}', [{ id: 'a' }, { id: 'b' }], '<a><b>'],
    ['literal braces', String.raw`\{{a}} {{.Name}}`, [], '{{a}} {{.Name}}'],
  ])('finds and fills: %s', (_, text, slots, filled) => {
    expect(slotsIn(text)).toEqual(slots);
    expect(fill(text, ({ id }) => `<${id}>`)).toBe(filled);
  });
});
