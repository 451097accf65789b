import { describe, expect, it } from 'vitest';
import { assistant, playFile, result, user } from './helper.js';

describe('a template', () => {
  it.each<[string, string, { readonly [id: string]: string }, string]>([
    ['nothing', 'plain ${HOME} {x}', {}, 'plain ${HOME} {x}'],
    ['a call', 'a {{ read }} b', { read: '<read>' }, 'a <read> b'],
    ['an expression', String.raw`{{read-2 /v(\d+)\/x/}}`, { 'read-2': 'v1 v23/x' }, '23'],
    ['two', '{{a}}{{b}}', { a: '<a>', b: '<b>' }, '<a><b>'],
    ['literal braces', String.raw`\{{a}} {{.Name}}`, { a: '<a>' }, '{{a}} {{.Name}}'],
  ])('is found and filled: %s', async (_, template, results, filled) => {
    const ids = ['other', ...Object.keys(results)];
    const content = JSON.stringify({
      turns: [
        { calls: ids.map((id) => ({ tool: 'fs_read', id })) },
        { say: template, calls: [{ tool: 'shell_run', id: 'run', input: { line: template } }] },
      ],
    });
    const asked = await playFile('play.json', content, user('go'));
    const answers = Object.entries(results).map(([id, text]) => result(id, text));
    const events = await playFile('play.json', content, user('go'), assistant(asked), ...answers);
    expect(events.slice(1, -1)).toEqual([
      { type: 'text', text: filled },
      { type: 'tool_call', id: 'run', name: 'shell_run', input: { line: filled } },
    ]);
  });
});
