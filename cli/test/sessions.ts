import type { Message, Part, SessionEntry, SessionInfo } from '@rustic-ai/kernel/contracts';
import type { Project } from './project.js';

type Result = Extract<Part, { type: 'tool_result' }>;

/** The last session of a project, as another process reads it from disk. */
export async function lastSession(project: Project) {
  const { stdout } = await project.rustic('session', 'show', '--json');
  const { session, entries } = JSON.parse(stdout) as { session: SessionInfo; entries: readonly SessionEntry[] };
  const messages = entries.filter(({ type }) => type === 'message').map(({ body }) => body as unknown as Message);
  return { session, entries, messages };
}
/** What the tool calls of the last session came to, in order. */
export async function resultsOf(project: Project): Promise<readonly Result[]> {
  const { messages } = await lastSession(project);
  return messages.flatMap(({ parts }) => parts).filter((part) => part.type === 'tool_result');
}
