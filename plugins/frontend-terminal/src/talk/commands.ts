import { type HostCommand, visible } from '@rustic-ai/kernel/contracts';
import { choiceCommands } from './choice-commands.js';
import type { SlashCommand } from './command.js';
import { sessionCommand, sessionCommands } from './session-commands.js';
import { contextText } from './state.js';
import type { Talk } from './talk.js';

const keys = [
  'Enter sends; while a turn runs it tells the model at its next step, Alt+Enter asks it after the turn.',
  'Shift+Enter, Ctrl+J or \\ before Enter begin a new line. Tab completes commands and @files. Ctrl+G opens $EDITOR.',
  'Up and Down go through the history, Ctrl+R searches it. Ctrl+O shows what was folded in the last turn.',
  'Ctrl+C interrupts a running turn, clears what is written, and on an empty line leaves when pressed twice.',
];
const plainKeys = [
  'Lines entered while a turn runs are told to the model at its next step.',
  'Ctrl+C interrupts a running turn, clears a line, and on an empty line leaves when pressed twice.',
];

/** The commands that work here: those of the conversation, the host and the plugins, in this order. */
export function createCommands(talk: Talk, more: readonly SlashCommand[], host: readonly HostCommand[]) {
  const { standing, surface, house } = talk;
  const own: SlashCommand[] = [
    { name: 'help', summary: 'this list', run: () => surface.tell(help()) },
    ...choiceCommands(talk),
    sessionCommand(talk),
    ...(house.sessions ? sessionCommands(talk, house.sessions) : []),
    {
      name: 'new',
      summary: 'begin a new session',
      run() {
        standing.session = undefined;
        standing.context = undefined;
        surface.tell('The next prompt begins a new session.\n');
      },
    },
    {
      name: 'context',
      summary: 'how full the context of the model is',
      run: () => surface.tell(`${contextText(standing) ?? 'It is not known before the first answer.'}\n`),
    },
    {
      name: 'details',
      summary: 'what was folded in the last turn, whole',
      run: () => surface.tell(talk.details() || 'Nothing was folded.\n'),
    },
    ...host.map(({ name, summary, run }): SlashCommand => ({
      name,
      summary,
      async run(text) {
        const shown = await run({ text, ...(standing.session !== undefined && { session: standing.session }) });
        surface.tell(`${visible(shown.trimEnd())}\n`);
      },
    })),
    ...(surface.clear ? [{ name: 'clear', summary: 'empty the screen', run: () => surface.clear?.() }] : []),
    { name: 'quit', summary: 'leave; so does Ctrl+D on an empty line', run: () => 'leave' as const },
  ];
  const taken = new Set(own.map(({ name }) => name));
  const all = [...own.slice(0, -1), ...more.filter(({ name }) => !taken.has(name)), ...own.slice(-1)];
  const usage = ({ name, takes }: SlashCommand) => `/${name}${takes === undefined ? '' : ` ${takes}`}`;
  function help(): string {
    const width = Math.max(...all.map((command) => usage(command).length)) + 2;
    const rows = all.map((command) => `${usage(command).padEnd(width)}${command.summary}\n`);
    return `${rows.join('')}${(surface.clear ? keys : plainKeys).join('\n')}\n`;
  }
  return all;
}
