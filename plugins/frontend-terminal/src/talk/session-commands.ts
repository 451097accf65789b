import {
  type Message,
  type SessionInfo,
  type Sessions,
  textOf,
  visible,
  visibleLine,
} from '@rustic-ai/kernel/contracts';
import type { Talk } from './talk.js';
import type { SlashCommand } from './command.js';
import { shortCount } from './state.js';

/** Sessions that can be chosen from. */
const most = 200;

const infoRow = ({ id, title, updatedAt, entries }: SessionInfo): string =>
  `${visibleLine(title ?? '(no title)')}  ${updatedAt.slice(0, 16).replace('T', ' ')}  ${entries} entries  ${visibleLine(id)}`;

/** Which session this is; more of it where sessions are kept. */
export const sessionCommand = ({ standing, surface, house }: Talk): SlashCommand => ({
  name: 'session',
  summary: 'this session: its id, title and length',
  async run() {
    const { session: id } = standing;
    if (id === undefined) return surface.tell('There is no session yet.\n');
    const info = house.sessions && (await (await house.sessions()).open(id)).info;
    surface.tell(`${visibleLine(id)}\n${info ? `${infoRow(info)}\n` : ''}`);
  },
});

/** What sessions are asked for. */
export function sessionCommands(talk: Talk, open: () => Promise<Sessions>): readonly SlashCommand[] {
  const { standing, surface, cwd } = talk;
  const go = (session: string) => {
    standing.session = session;
    standing.context = undefined;
  };
  return [
    {
      name: 'resume',
      takes: '[id]',
      summary: 'go on with an earlier session of this folder',
      complete: async () => (await (await open()).list({ project: cwd, limit: most })).map(({ id }) => id),
      async run(text, signal) {
        const sessions = await open();
        const id = text === '' ? await chooseSession(sessions, talk, signal) : text;
        if (id === undefined) return;
        const log = await sessions.open(id);
        go(log.info.id);
        surface.tell(`Going on with ${infoRow(log.info)}\n${lastWords(await log.messages())}`);
      },
    },
    {
      name: 'fork',
      summary: 'go on in a copy of this session; it stays as it is',
      async run() {
        if (standing.session === undefined) return surface.tell('There is no session yet.\n');
        const { info } = await (await open()).fork(standing.session);
        go(info.id);
        surface.tell(`Going on in ${visibleLine(info.id)}\n`);
      },
    },
    {
      name: 'cost',
      summary: 'what this session took: calls, tokens and cost, by model',
      async run() {
        if (standing.session === undefined) return surface.tell('There is no session yet.\n');
        const rows = await (await open()).usage({ session: standing.session });
        const lines = rows.map(({ model, calls, usage, unpriced }) => {
          const tokens = `${shortCount(usage.inputTokens)} in, ${shortCount(usage.outputTokens)} out`;
          const cost = usage.costUsd === undefined ? 'price unknown' : `$${usage.costUsd.toFixed(4)}`;
          const rest = unpriced > 0 && usage.costUsd !== undefined ? `, ${unpriced} calls without a price` : '';
          return `${visibleLine(model)}  ${calls} calls  ${tokens}  ${cost}${rest}\n`;
        });
        surface.tell(lines.join('') || 'Nothing yet.\n');
      },
    },
  ];
}

async function chooseSession(sessions: Sessions, { surface, standing, cwd }: Talk, signal: AbortSignal) {
  const all = await sessions.list({ project: cwd, limit: most });
  const others = all.filter(({ id }) => id !== standing.session);
  if (others.length === 0) {
    surface.tell('There is no other session in this folder.\n');
    return undefined;
  }
  const at = await surface.choose('Which session?', others.map(infoRow), signal);
  return at === undefined ? undefined : others[at]?.id;
}

/** How the session ended: the last prompt and its answer, each cut. */
function lastWords(messages: readonly Message[]): string {
  const said = messages.filter(({ role, parts }) => (role === 'user' || role === 'assistant') && textOf(parts) !== '');
  return said
    .slice(-2)
    .map(({ role, parts }) => {
      const lines = visible(textOf(parts).trim()).split('\n');
      const text = lines.slice(0, 10).join('\n  ');
      return `${role === 'user' ? 'you' : 'agent'}: ${text}${lines.length > 10 ? '\n  (cut)' : ''}\n`;
    })
    .join('');
}
