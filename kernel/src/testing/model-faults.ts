import { strict as assert } from 'node:assert';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { ModelEvent } from '../contracts/model-event.js';
import { type FaultServer, startFaultServer, writeApart } from './model-faults/server.js';
import { unreachableRules } from './model-faults/unreachable.js';
import type { ModelFaultSubject, ModelWire } from './model-faults/wire.js';
import { describeSuite, type Rule, type Runner } from './suite.js';

type FaultRule = Rule<ModelFaultSubject>;
type Answer = (response: ServerResponse, wire: ModelWire, request: IncomingMessage) => unknown;
interface Outcome {
  readonly events: readonly ModelEvent[];
  readonly thrown: { readonly code?: string; readonly details?: Readonly<Record<string, unknown>> } | undefined;
  readonly server: FaultServer;
}
/** Unit: ms. */
const limitMs = 10_000;
const sample = 'Grüße, 漢字 🦀 "x"';

/** Asks once while the server does `answer`; the key must be in nothing that comes of it. */
async function under(
  subject: ModelFaultSubject,
  answer: Answer,
  check: (outcome: Outcome) => unknown,
  onEvent?: (event: ModelEvent, cancel: () => void) => void,
): Promise<void> {
  const { wire, request, key } = subject;
  const server = await startFaultServer((response, incoming) => answer(response, wire, incoming));
  const { handle, logs, close } = await subject.open(server.url);
  try {
    const controller = new AbortController();
    const events: ModelEvent[] = [];
    let thrown: Outcome['thrown'];
    const run = async () => {
      for await (const event of handle.invoke(request, undefined, { signal: controller.signal })) {
        events.push(event);
        onEvent?.(event, () => controller.abort());
      }
    };
    await within(
      run().catch((error: unknown) => (thrown = error as Outcome['thrown'])),
      'the answer',
    );
    const finishes = events.filter(({ type }) => type === 'finish').length;
    assert.equal(finishes, thrown ? 0 : 1, 'it ends neither with one finish nor with one error');
    if (thrown) assert.deepEqual(events, [], 'it failed after it had begun');
    const left = inspect([thrown, events, logs()], { depth: 12, showHidden: true });
    assert.ok(!left.includes(key), 'the key is in what it leaves');
    await check({ events, thrown, server });
  } finally {
    await close();
    await server.close();
  }
}
async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} took too long` })), limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
const said = (events: readonly ModelEvent[]) =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('');
const refuses = (code: string, details?: Readonly<Record<string, unknown>>) => (outcome: Outcome) => {
  const { thrown, events } = outcome;
  assert.equal(thrown?.code, code, `it is ${thrown?.code ?? JSON.stringify(events.at(-1))}: ${inspect(thrown)}`);
  for (const [name, value] of Object.entries(details ?? {})) assert.deepEqual(thrown?.details?.[name], value, name);
};
/** One finish with one of the codes; the text is kept, and no tool call is delivered. */
const breaksOff =
  (...codes: readonly string[]) =>
  ({ events, thrown }: Outcome) => {
    assert.equal(thrown, undefined);
    const last = events.at(-1);
    assert.ok(last?.type === 'finish' && last.reason === 'error', `it ends with ${JSON.stringify(last)}`);
    assert.ok(codes.includes(last.error?.code ?? ''), `it is ${last.error?.code}: ${last.error?.message}`);
    assert.equal(said(events), 'half');
    assert.ok(!events.some(({ type }) => type === 'tool_call'), 'a half tool call was delivered');
  };
const incomplete = 'RUSTIC_MODEL_STREAM_INCOMPLETE';
const invalid = 'RUSTIC_MODEL_STREAM_INVALID';

const begin = (response: ServerResponse, { contentType }: ModelWire) =>
  response.writeHead(200, { 'content-type': contentType });
const streams =
  (
    parts: (wire: ModelWire) => readonly (string | Uint8Array)[],
    after: (response: ServerResponse) => unknown,
  ): Answer =>
  async (response, wire) => {
    begin(response, wire);
    await writeApart(response, parts(wire));
    after(response);
  };
const ends = (response: ServerResponse) => response.end();
/** After what was written has been read: a reset throws away what was not. */
const cuts = (response: ServerResponse) => setTimeout(() => response.destroy(), 50);
const half = ({ head, text }: ModelWire) => head + text('half');
const halfCall = (wire: ModelWire) => half(wire) + wire.halfCall;
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response, { refusal }, request) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    const key = request.headers.authorization ?? request.headers['x-api-key'] ?? request.headers['x-goog-api-key'];
    response.end(refusal(`no, not with ${String(key).replace('Bearer ', '')}`, code));
  };

const rule = (id: string, says: string, run: FaultRule['run']): FaultRule => ({ id, says, run });
const refused = (code: number, meant: string) =>
  rule(`status-${code}`, `status ${code} is ${meant}, asked once`, (subject) =>
    under(subject, status(code), (outcome) => {
      refuses(meant)(outcome);
      assert.equal(outcome.server.asked.length, 1, 'it was asked again');
    }),
  );
const broken = (id: string, says: string, answer: Answer, check: (outcome: Outcome) => unknown) =>
  rule(id, says, (subject) => under(subject, answer, check));
/** The vendor's own words for it. Where the wire has none there is no rule: see `describeModelFaults`. */
const worded = (name: 'tooLong' | 'filtered' | 'parameter', says: string, code: string) =>
  rule(name, says, (subject) => {
    const words = subject.wire[name];
    assert.ok(words, `the wire has no "${name}"`);
    const details = 'name' in words ? { parameter: words.name } : {};
    return under(
      subject,
      (response) => {
        response.writeHead(words.status, { 'content-type': 'application/json' });
        response.end(words.body);
      },
      refuses(code, details),
    );
  });
const same = (id: string, says: string, parts: (wire: ModelWire) => readonly (string | Uint8Array)[], text = sample) =>
  rule(id, says, (subject) =>
    under(subject, streams(parts, ends), ({ events, thrown }) => {
      assert.equal(thrown, undefined, inspect(thrown));
      assert.ok(said(events) === text, `it says ${said(events).slice(0, 80)}`);
      const last = events.at(-1);
      assert.ok(last?.type === 'finish' && last.reason === 'stop', `it ends with ${JSON.stringify(last)}`);
    }),
  );
const whole = (text: string) => (wire: ModelWire) => wire.head + wire.text(text) + wire.end;
const large = 'x'.repeat(5_000_000);
const waits = (header: string, retryAfterMs: number | undefined) =>
  rule(`retry-after-${header}`, `"Retry-After: ${header}" is ${retryAfterMs} ms`, (subject) =>
    under(subject, status(429, { 'retry-after': header }), refuses('RUSTIC_MODEL_RATE_LIMITED', { retryAfterMs })),
  );

/** What must come of every fault a vendor can have, whatever its SDK makes of it. */
export const modelFaultSuite: readonly FaultRule[] = [
  refused(401, 'RUSTIC_MODEL_AUTH'),
  refused(403, 'RUSTIC_MODEL_PERMISSION'),
  refused(404, 'RUSTIC_MODEL_NOT_FOUND'),
  refused(408, 'RUSTIC_MODEL_TIMEOUT'),
  refused(413, 'RUSTIC_MODEL_CONTEXT_TOO_LONG'),
  refused(429, 'RUSTIC_MODEL_RATE_LIMITED'),
  ...[500, 502, 503, 529].map((code) => refused(code, 'RUSTIC_MODEL_OVERLOADED')),
  refused(400, 'RUSTIC_MODEL_INVALID_REQUEST'),
  waits('1', 1_000),
  waits('3600', 3_600_000),
  waits('soon', undefined),
  worded('tooLong', 'a conversation that is too long has its own code', 'RUSTIC_MODEL_CONTEXT_TOO_LONG'),
  worded('filtered', 'a filtered prompt has its own code', 'RUSTIC_MODEL_CONTENT_FILTERED'),
  worded('parameter', 'a refused parameter is named', 'RUSTIC_MODEL_INVALID_REQUEST'),
  rule('redirect', 'a redirect is not followed: neither key nor prompt go there', async (subject) => {
    const other = await startFaultServer((response) => response.end());
    const location = `${other.url}/elsewhere`;
    try {
      await under(subject, (response) => response.writeHead(307, { location }).end(), refuses(invalid));
      assert.deepEqual(other.asked, []);
    } finally {
      await other.close();
    }
  }),
  ...unreachableRules,
  rule('silent', 'a server that never answers is left at the time limit', (subject) =>
    under(
      subject,
      () => {},
      async (outcome) => {
        refuses('RUSTIC_MODEL_TIMEOUT', { host: outcome.server.host, limitMs: subject.timeoutMs })(outcome);
        await within(outcome.server.left(), 'closing the socket');
      },
    ),
  ),
  rule('silent-stream', 'a stream that never begins is left at the time limit', (subject) =>
    under(
      subject,
      (response, wire) => begin(response, wire).flushHeaders(),
      async (outcome) => {
        refuses('RUSTIC_MODEL_TIMEOUT')(outcome);
        await within(outcome.server.left(), 'closing the socket');
      },
    ),
  ),
  broken(
    'page',
    'a web page is no answer',
    (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    refuses(invalid),
  ),
  broken(
    'empty',
    'an empty answer is none',
    streams(() => [], ends),
    refuses(invalid),
  ),
  broken(
    'garbage',
    'what is no event is no answer',
    streams(({ crlf }) => [crlf ? 'data: {"id": brok\n\n' : '{"id": brok\n'], ends),
    refuses(invalid),
  ),
  broken(
    'late-garbage',
    'garbage after text breaks it off',
    streams((wire) => [half(wire), wire.crlf ? 'data: {"id": brok\n\n' : '{"id": brok\n'], ends),
    breaksOff(incomplete, invalid),
  ),
  broken(
    'cut',
    'a cut breaks it off',
    streams((wire) => [half(wire)], cuts),
    breaksOff(incomplete),
  ),
  broken(
    'cut-call',
    'a cut in a tool call breaks it off',
    streams((wire) => [halfCall(wire)], cuts),
    breaksOff(incomplete),
  ),
  broken(
    'early-end',
    'an end without a reason breaks it off',
    streams((wire) => [half(wire)], ends),
    breaksOff(incomplete),
  ),
  broken(
    'early-end-call',
    'an end in a tool call breaks it off',
    streams((wire) => [halfCall(wire)], ends),
    breaksOff(incomplete),
  ),
  rule('error', 'an error instead of an answer is thrown', (subject) => {
    const { error } = subject.wire;
    assert.ok(error, 'the wire has no "error"');
    return under(
      subject,
      streams(() => [error.event], ends),
      refuses(error.code),
    );
  }),
  rule('late-error', 'an error after text and half a tool call breaks it off', (subject) => {
    const { error } = subject.wire;
    assert.ok(error, 'the wire has no "error"');
    return under(
      subject,
      streams((wire) => [halfCall(wire), error.event], ends),
      breaksOff(error.code),
    );
  }),
  same('plain', 'an answer is what it says', (wire) => [whole(sample)(wire)]),
  same('bytes', 'the same, byte by byte', (wire) =>
    Array.from(Buffer.from(whole(sample)(wire)), (byte) => Uint8Array.of(byte)),
  ),
  same('crlf', 'the same, with CR and LF', (wire) => [
    wire.crlf ? whole(sample)(wire).replaceAll('\n', '\r\n') : whole(sample)(wire),
  ]),
  same('bom', 'the same after a byte order mark', (wire) => [`\u{feff}${whole(sample)(wire)}`]),
  same('large', 'an event of 5 MB', (wire) => [whole(large)(wire)], large),
  rule('abort', 'cancelling closes the socket', (subject) =>
    under(
      subject,
      streams(
        (wire) => [half(wire)],
        () => {},
      ),
      async ({ events, server }) => {
        assert.deepEqual(events.at(-1), { type: 'finish', reason: 'aborted' });
        await within(server.left(), 'closing the socket');
      },
      ({ type }, cancel) => type === 'text' && cancel(),
    ),
  ),
];

/** Registers the rules the vendor's wire has something for. */
export const describeModelFaults = (subject: ModelFaultSubject, runner: Runner): void => {
  const { wire } = subject;
  const words: Readonly<Record<string, unknown>> = {
    tooLong: wire.tooLong,
    filtered: wire.filtered,
    parameter: wire.parameter,
    error: wire.error,
    'late-error': wire.error,
  };
  const fitting = modelFaultSuite.filter(({ id }) => !(id in words) || words[id] !== undefined);
  describeSuite('model under faults', fitting, subject, runner);
};
