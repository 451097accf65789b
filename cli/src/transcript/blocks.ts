import type { Message, Part, SessionEntry, SessionInfo } from '@rustic-ai/kernel/contracts';

/** A piece of a session as a reader sees it: who speaks, and what; data when it is not meant as prose. */
export interface Block {
  readonly seq: number;
  readonly ts: string;
  readonly speaker: string;
  readonly kind: 'prose' | 'data' | 'image';
  readonly text: string;
  readonly mediaType?: string;
}
type Said = Omit<Block, 'seq' | 'ts'>;

function said(role: string, part: Part): Said {
  switch (part.type) {
    case 'text':
      return { speaker: role, kind: 'prose', text: part.text };
    case 'reasoning':
      return { speaker: `${role}, thinking`, kind: 'prose', text: part.text };
    case 'image':
      return { speaker: role, kind: 'image', text: part.data, mediaType: part.mediaType };
    case 'tool_call':
      return { speaker: `${role} calls ${part.name}`, kind: 'data', text: JSON.stringify(part.input, null, 2) };
    case 'tool_result': {
      const text = part.output.map((one) => ('text' in one ? one.text : `[${one.type}]`)).join('');
      const { error } = part;
      if (!error) return { speaker: 'result', kind: 'data', text };
      return {
        speaker: 'refused or failed',
        kind: 'data',
        text: text.startsWith(error.code) ? text : `${error.code}: ${text}`,
      };
    }
    default:
      return { speaker: role, kind: 'data', text: JSON.stringify(part, null, 2) };
  }
}

/** An imported session may hold anything; what is no part of a message is shown as data with the rest of it. */
function isPart(value: unknown): value is Part {
  if (typeof value !== 'object' || value === null) return false;
  const { type, text, data, mediaType, name, input, output } = value as Readonly<Record<string, unknown>>;
  const isText = (one: unknown) => typeof one === 'string';
  if (type === 'text' || type === 'reasoning') return isText(text);
  if (type === 'image') return isText(data) && isText(mediaType);
  if (type === 'tool_call') return isText(name) && input !== undefined;
  return type !== 'tool_result' || (Array.isArray(output) && output.every(isPart));
}

/** What a reader of the session wants to see: messages part by part, everything else as data, in order. */
export const blocksOf = (entries: readonly SessionEntry[]): readonly Block[] =>
  entries.flatMap(({ seq, ts, type, body }): readonly Block[] => {
    const { role, parts } = (body ?? {}) as unknown as Partial<Message>;
    const isMessage = type === 'message' && typeof role === 'string' && Array.isArray(parts) && parts.every(isPart);
    const all: readonly Said[] = isMessage
      ? parts.map((part) => said(role, part))
      : [{ speaker: type, kind: 'data', text: JSON.stringify(body) }];
    return all.map((one) => ({ seq, ts, ...one }));
  });

export const headOf = ({ id, agent, project, createdAt, tags }: SessionInfo): string =>
  [
    `session ${id}`,
    createdAt,
    `agent ${agent}`,
    ...(project === undefined ? [] : [project]),
    ...tags.map((tag) => `#${tag}`),
  ].join(' · ');
