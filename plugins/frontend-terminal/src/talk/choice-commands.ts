import { visibleLine } from '@rustic-ai/kernel/contracts';
import type { SlashCommand } from './command.js';
import type { Talk } from './talk.js';

interface Member {
  readonly name: string;
  readonly declaration: { readonly summary: string };
}
const rowOf = ({ name, declaration }: Member) => `${name}  ${declaration.summary}`;

/** What is chosen among the members of the composition, and what they are. */
export function choiceCommands(talk: Talk): readonly SlashCommand[] {
  const { standing, surface, house } = talk;
  const choosing = (what: 'model' | 'agent', list: () => Promise<readonly Member[]>): SlashCommand => ({
    name: what,
    takes: '[name]',
    summary: `choose the ${what} for the prompts from now on`,
    complete: async () => (await list()).map(({ name }) => name),
    async run(text, signal) {
      const members = await list();
      const at = text === '' ? await surface.choose(`Which ${what}?`, members.map(rowOf), signal) : undefined;
      const name = text === '' ? (at === undefined ? undefined : members[at]?.name) : text;
      if (name === undefined) return;
      if (!members.some((member) => member.name === name))
        return surface.tell(`There is no ${what} ${visibleLine(name)}. Choose one with /${what}\n`);
      standing[what] = name;
      surface.tell(`The next prompt goes to ${visibleLine(name)}.\n`);
    },
  });
  const listing = (name: string, summary: string, list: () => Promise<readonly Member[]>): SlashCommand => ({
    name,
    summary,
    async run() {
      const members = await list();
      surface.tell(members.map((member) => `${visibleLine(rowOf(member))}\n`).join('') || 'There are none.\n');
    },
  });
  return [
    choosing('model', () => house.models.list()),
    choosing('agent', () => house.agents.list()),
    listing('tools', 'the tools the model can use', () => house.tools.list()),
    listing('skills', 'the skills the model can read', () => house.skills.list()),
  ];
}
