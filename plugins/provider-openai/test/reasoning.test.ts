import { type Message, type ModelEvent, partsOf } from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { hello, openModel, startServer, stream } from './server.js';

/** Source: OpenAI API reference, "Reasoning" and "Responses streaming events"; the types of openai 7.57.0, 2026-11. */
const thought = (id: string, text: string) => ({
  id,
  type: 'reasoning',
  summary: [{ type: 'summary_text', text }],
  encrypted_content: `gAAAA${id}+/=`,
});
const call = (id: string) => ({
  id: `fc_${id}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${id}`,
  name: 'fs_read',
  arguments: `{"path":"${id}"}`,
});
const output = [thought('rs_1', 'First a.'), call('a'), thought('rs_2', 'Then b.'), call('b')];
const response = { id: 'resp_1', object: 'response', created_at: 1_760_000_000, model: 'm-1', status: 'completed' };
const event = (data: { readonly type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
const streamed = [
  event({ type: 'response.created', ...{ response: { ...response, status: 'in_progress', output: [] } } }),
  ...output.flatMap((item, output_index) => [
    ...(item.type === 'reasoning'
      ? [
          event({
            type: 'response.reasoning_summary_text.delta',
            ...{
              item_id: item.id,
              output_index,
              summary_index: 0,
              delta: (item as { summary: { text: string }[] }).summary[0]?.text,
            },
          }),
        ]
      : [event({ type: 'response.output_item.added', ...{ output_index, item: { ...item, arguments: '' } } })]),
    event({ type: 'response.output_item.done', ...{ output_index, item } }),
  ]),
  event({ type: 'response.completed', ...{ response: { ...response, output } } }),
];

/** Asks twice: the second request holds the whole first answer, and the results of its calls. */
async function twoTurns(whole: boolean) {
  const server = await startServer((answer) => {
    if (!whole) return stream(answer, ...streamed);
    answer.writeHead(200, { 'content-type': 'application/json' });
    return answer.end(JSON.stringify({ ...response, output }));
  });
  const { ask } = await openModel(server.url, { api: 'responses' });
  const asking = { reasoning: { effort: 'low' }, stream: !whole } as const;
  const events: readonly ModelEvent[] = await ask(asking);
  const results: Message = {
    role: 'tool',
    parts: ['a', 'b'].map((id) => ({
      type: 'tool_result',
      id: `call_${id}`,
      output: [{ type: 'text', text: id.toUpperCase() }],
    })),
  };
  await ask({ ...asking, messages: [...hello.messages, { role: 'assistant', parts: partsOf(events) }, results] });
  return { events, first: server.received[0]?.body, second: server.received[1]?.body };
}

describe('reasoning of the Responses API', () => {
  it.each([
    ['streamed', false],
    ['whole', true],
  ])('goes back unchanged with the next request, each item before its call: %s', async (_, whole) => {
    const { events, first, second } = await twoTurns(whole);
    expect(events.flatMap((one) => (one.type === 'reasoning' && one.text ? [one.text] : []))).toEqual([
      'First a.',
      'Then b.',
    ]);
    expect(first).toMatchObject({ include: ['reasoning.encrypted_content'], store: false });
    const [, a, , b] = output as readonly { readonly call_id?: string; readonly name?: string; arguments?: string }[];
    const sent = ({ call_id, name, arguments: text }: NonNullable<typeof a> = {}) => ({
      type: 'function_call',
      call_id,
      name,
      arguments: text,
    });
    expect(second?.['input']).toEqual([
      { role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
      output[0],
      sent(a),
      output[2],
      sent(b),
      { type: 'function_call_output', call_id: 'call_a', output: 'A' },
      { type: 'function_call_output', call_id: 'call_b', output: 'B' },
    ]);
  });

  it('keeps the text of reasoning that a server shows', async () => {
    const shown = { ...thought('rs_3', 'Short.'), content: [{ type: 'reasoning_text', text: 'The long of it.' }] };
    const server = await startServer((answer) => {
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ ...response, output: [shown] }));
    });
    const { ask } = await openModel(server.url, { api: 'responses' });
    const parts = partsOf(await ask({ stream: false }));
    await ask({ stream: false, messages: [...hello.messages, { role: 'assistant', parts }] });
    expect(server.received[1]?.body['input']).toContainEqual(shown);
  });
});
