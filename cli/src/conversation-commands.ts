import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import type { HostCommand } from '@rustic-ai/kernel/contracts';

interface Asked {
  readonly name: string;
  readonly summary: string;
  /** The words of the command line, with what was typed after the name. */
  words(typed: readonly string[], session: string): readonly string[];
  readonly ofSession?: true;
}

/** Formats of an export by the ending of the file; Markdown for any other. */
const formats: Readonly<Record<string, string>> = { '.json': 'json', '.jsonl': 'jsonl', '.html': 'html' };
const table: readonly Asked[] = [
  {
    name: 'permissions',
    summary: 'the rules that hold and the answers that are remembered',
    words: (typed) => ['permissions', ...(typed.length > 0 ? typed : ['list'])],
  },
  {
    name: 'config',
    summary: 'the configuration, and where each key comes from',
    words: (typed) => ['config', ...(typed.length > 0 ? typed : ['show', '--origin'])],
  },
  { name: 'plugins', summary: 'the plugins of the composition', words: () => ['list'] },
  { name: 'doctor', summary: 'check this machine and this composition', words: () => ['doctor'] },
  {
    name: 'diff',
    summary: 'what tools changed in files in the last turn, or in turn n',
    words: (typed, session) => ['session', 'diff', ...typed, '--session', session],
    ofSession: true,
  },
  {
    name: 'undo',
    summary: 'put files back as they were before the last turn, or before turn n',
    words: (typed, session) => ['session', 'undo', ...typed, '--session', session],
    ofSession: true,
  },
  {
    name: 'export',
    summary: 'write this session to a file: .md, .html, .json or .jsonl',
    words([file], session) {
      const path = file ?? `${session}.md`;
      return ['session', 'export', session, '--format', formats[extname(path)] ?? 'md', '--output', path];
    },
    ofSession: true,
  },
];

/** What this command line can be asked for in a conversation: each is run as a program of its own. */
export const hostCommands = (place: { readonly folder: string; readonly config?: string }): readonly HostCommand[] =>
  table.map(({ name, summary, words, ofSession }) => ({
    name,
    summary,
    async run({ text, session = '' }) {
      if (ofSession && session === '') return 'There is no session yet.';
      const typed = text.split(/\s+/).filter(Boolean);
      const config = place.config === undefined ? [] : ['--config', resolve(place.config)];
      const args = [process.argv[1] ?? '', ...words(typed, session), '--cwd', place.folder, ...config];
      const child = spawn(process.execPath, args, { cwd: place.folder, stdio: ['ignore', 'pipe', 'pipe'] });
      const [said, complained] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'close')]);
      return said + complained || 'Done.';
    },
  }));
