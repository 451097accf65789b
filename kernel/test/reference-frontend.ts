import { type AnyPlugin, type Call, definePlugin, errorInfo, type Handles } from '@rustic-ai/kernel';
import {
  type AgentRequest,
  agentRequestOf,
  exitCodeOf,
  type FrontendRequest,
  type Host,
  type RunCompleted,
  type RunEvent,
  runFailed,
  runResult,
  type StandardStreams,
  visible,
} from '@rustic-ai/kernel/contracts';
import { defineManifest } from '@rustic-ai/kernel/schema';

/** What can be wrong with a frontend. */
export interface FrontendParts {
  /** Where a message goes that is not the last one. */
  readonly notes: 'stdout' | 'stderr';
  /** Whether the last message goes there as well. */
  readonly repeats: boolean;
  /** What is shown of what was said before the agent threw. */
  said(text: string): string;
  /** How the name of a tool is shown. */
  name(text: string): string;
  result(event: RunCompleted): string | undefined;
  object(event: RunEvent & RunCompleted): object;
  isTold(event: RunEvent): boolean;
  request(request: AgentRequest): AgentRequest;
  readonly passesCall: boolean;
  readonly listens: boolean;
  readonly footer: string;
  exit(event: RunCompleted): number;
  /** What is shown of an error in text. */
  failure(error: ReturnType<typeof errorInfo>): string;
  /** The last event of a run whose agent threw, for machines. */
  thrown(event: RunEvent & RunCompleted): (RunEvent & RunCompleted) | undefined;
  readonly cutExit: number;
  readonly looksFirst: boolean;
  readonly hearsEnding: boolean;
  readonly answer: 'once' | 'deny';
}
export const goodFrontend: FrontendParts = {
  notes: 'stderr',
  repeats: false,
  said: (text) => text,
  name: visible,
  result: ({ result }) => result,
  object: runResult,
  isTold: () => true,
  request: (request) => request,
  passesCall: true,
  listens: false,
  footer: '',
  exit: ({ exitCode }) => exitCode,
  failure: ({ code, message, fix }) => `${code}: ${message} ${fix ?? ''}\n`,
  thrown: (event) => event,
  cutExit: 1,
  looksFirst: false,
  hearsEnding: true,
  answer: 'deny',
};

const manifest = defineManifest({
  id: 'frontend-reference',
  requires: { agents: { all: 'agent' }, host: { one: 'host' } },
  contributes: { service: { frontend: { summary: 'Runs one prompt' }, approver: { summary: 'Answers no' } } },
});
type Invoke = (request: FrontendRequest, call: Call) => AsyncIterable<RunEvent>;

/** A frontend on pipes, as small as it can be. */
export const referenceFrontend = (parts: FrontendParts): AnyPlugin =>
  definePlugin<typeof manifest>({
    manifest: async () => ({ default: manifest }),
    setup({ deps: { agents, host } }) {
      const streams = streamsOf(host);
      const invoke: Invoke = (request, call) => {
        const agent = agentOf(agents, request);
        return parts.passesCall
          ? agent.invoke(parts.request(agentRequestOf(request)), call)
          : agent.invoke(parts.request(agentRequestOf(request)), undefined, { signal: call.signal });
      };
      return {
        service: {
          approver: { ask: async () => ({ outcome: parts.answer }) },
          frontend: {
            run: async (request, call) => {
              if (parts.listens) streams.stdout.on('error', () => {});
              if (parts.looksFirst) agentOf(agents, request);
              const { output = 'text' } = request;
              return output === 'text'
                ? inText(invoke, request, call, streams, parts)
                : forPrograms(invoke, { ...request, output }, call, streams, parts);
            },
          },
        },
      };
    },
  });
function streamsOf({ streams }: Host): StandardStreams {
  if (!streams) throw new TypeError('the test gives no streams');
  return streams;
}
const agentOf = (agents: Handles<'agent'>, { agent }: FrontendRequest) =>
  agent === undefined ? agents.default : agents.get(agent);
async function inText(
  invoke: Invoke,
  request: FrontendRequest,
  call: Call,
  { stdout, stderr }: StandardStreams,
  parts: FrontendParts,
) {
  let last = '';
  let session: string | undefined;
  let exitCode: number | undefined;
  const notes = (text: string) => text && { stdout, stderr }[parts.notes].write(`${visible(text)}\n`);
  try {
    for await (const event of invoke(request, call)) {
      session = event.sessionId;
      if (event.type === 'item.completed' && event.item.type === 'agent_message') {
        notes(last);
        last = event.item.text;
      }
      if (event.type === 'item.started' && event.item.type === 'tool_call')
        stderr.write(`${parts.name(event.item.name)} ${visible(JSON.stringify(event.item.input))}\n`);
      if (event.type === 'run.completed') {
        exitCode = parts.exit(event);
        const answer = parts.result(event) ?? last;
        if (parts.repeats) notes(last);
        if (answer) stdout.write(`${visible(answer)}\n`);
      }
    }
    if (exitCode === undefined) stderr.write(`${visible(last)}\n`);
  } catch (error) {
    const info = errorInfo(error);
    stderr.write(`${visible(parts.said(last))}\n${visible(parts.failure(info))}`);
    exitCode = call.signal.aborted ? 130 : exitCodeOf(info.code);
  }
  return { exitCode: exitCode ?? parts.cutExit, ...(session !== undefined && { session }) };
}

async function forPrograms(
  invoke: Invoke,
  request: FrontendRequest & { readonly output: 'json' | 'stream-json' },
  call: Call,
  { stdout, stderr }: StandardStreams,
  parts: FrontendParts,
) {
  let last: RunEvent | undefined;
  const tell = (event: RunEvent) => {
    if (request.output === 'stream-json') {
      if (parts.isTold(event)) stdout.write(`${JSON.stringify(event)}\n`);
    } else if (event.type === 'run.completed') stdout.write(`${JSON.stringify(parts.object(event))}\n`);
    last = event;
  };
  const end = (error: unknown): RunEvent & RunCompleted => {
    const failed = runFailed(error, last);
    return call.signal.aborted ? { ...failed, status: 'interrupted', exitCode: 130 } : failed;
  };
  const ending = () => tell(end(request.last?.reason));
  if (parts.hearsEnding) request.last?.addEventListener('abort', ending, { once: true });
  try {
    for await (const event of invoke(request, call)) tell(event);
    if (last?.type !== 'run.completed') throw new Error('it ended without saying so');
  } catch (error) {
    const event = end(error);
    const told = parts.thrown(event);
    if (told) tell(told);
    else last = event;
  }
  request.last?.removeEventListener('abort', ending);
  stderr.write(parts.footer);
  const completed = last as RunEvent & RunCompleted;
  return { exitCode: parts.exit(completed), session: completed.sessionId };
}
