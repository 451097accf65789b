import { type FileChange, type FileChanges, workspaceError } from '@rustic-ai/kernel/contracts';
import { decodeText, isText } from '../encoding.js';
import type { Roots } from '../roots.js';
import { unifiedDiff } from '../unified-diff.js';
import { relative } from 'node:path';
import type { History } from './history.js';
import type { Journal } from './journal.js';
import type { Kept } from './kept.js';
import { type Net, netOf } from './net.js';
import type { State } from './state.js';
import { undoNet } from './undo.js';

/** The service: what the journal says of a turn, and the way back. */
export const createFileChanges = (parts: {
  roots: Roots;
  journal: Journal;
  history: History;
  now: () => number;
}): FileChanges => {
  const { roots, journal, history } = parts;
  return {
    record: (call, change) => history.around(call, change),
    async list(turn) {
      const kept = journal.kept(turn.session);
      return Promise.all(netOf(await journal.read(turn)).map((net) => describe(net, kept, roots.root)));
    },
    forget: (session) => journal.forget(session),
    async undo(turn, { force }) {
      const net = netOf(await journal.read(turn));
      const { session, turn: number } = turn;
      if (net.length === 0)
        throw workspaceError('RUSTIC_FS_UNDO', {
          reason: `turn ${number} of ${session} has none, or they were taken back`,
        });
      const paths = await undoNet(net, { roots, kept: journal.kept(session), force });
      await journal.append(turn, { undone: new Date(parts.now()).toISOString() });
      return paths;
    },
  };
};

async function describe({ path, before, after }: Net, kept: Kept, root: string): Promise<FileChange> {
  const now = after ?? { type: 'other' };
  const what = now.type === 'absent' ? before.type : now.type;
  const type = before.type === 'absent' ? 'made' : now.type === 'absent' ? 'removed' : 'changed';
  const head = { path, what: what === 'absent' ? 'other' : what, type } as const;
  if (!after) return { ...head, diff: '[The process ended in the middle of this change.]' };
  return { ...head, diff: await diffOf({ path: relative(root, path), before, after }, kept) };
}

async function diffOf({ path, before, after }: Required<Net>, kept: Kept): Promise<string> {
  if (before.type !== 'file' && after.type !== 'file') return `[${sayState(before)} -> ${sayState(after)}]`;
  const [old, next] = await Promise.all([textOf(before, kept), textOf(after, kept)]);
  const shown = old === null || next === null ? '' : await unifiedDiff(path, old, next);
  return shown || `[${sayState(before)} -> ${sayState(after)}]`;
}

/** undefined: there is no file; null: it is none that can be shown. */
async function textOf(state: State, kept: Kept): Promise<string | undefined | null> {
  if (state.type !== 'file') return state.type === 'absent' ? undefined : null;
  if (!state.kept) return null;
  const data = await kept.get(state.digest).catch(() => undefined);
  return data && isText(data) ? decodeText(data, '').text : null;
}
function sayState(state: State): string {
  switch (state.type) {
    case 'absent':
      return 'nothing';
    case 'link':
      return `link to ${state.target}`;
    case 'file':
      return `file of ${state.bytes} bytes, permissions ${state.permissions.toString(8)}`;
    case 'directory':
      return `folder, permissions ${state.permissions.toString(8)}`;
    default:
      return 'something else';
  }
}
