/** The ways a call can come about. Each of them fires every hook of the catalogue, or says here why it can not. */
export const paths = [
  'root agent',
  'sub-agent',
  'nested call',
  'dynamic tool',
  'workflow step',
  'slash command',
  'stream',
  'non-stream',
  'headless',
  'resumed session',
] as const;
export type Path = (typeof paths)[number];

type Reasons = { readonly [hook: string]: string };
const hooksOf = (operation: string, reason: string): Reasons =>
  Object.fromEntries(['call', 'run', 'result', 'called'].map((part) => [`${operation}.${part}`, reason]));

const asked: Reasons = { 'health.check': 'only who wants to know asks it, such as the doctor; nothing that runs does' };
const inAnAgent: Reasons = {
  ...asked,
  ...hooksOf('command', 'an agent calls models and tools; a command is what a person types'),
  ...hooksOf('skill', 'an agent reads a skill through a tool; the path for that is the nested call'),
  ...hooksOf('workflow.step', 'a step is called by a workflow engine; an agent only starts one as a tool'),
  'command.resolve': 'only a frontend has a line that a person typed',
};

/** By path: the hooks that can not fire on it, each with its reason. */
export const inapplicable: { readonly [Name in Path]: Reasons } = {
  'root agent': inAnAgent,
  'sub-agent': inAnAgent,
  'nested call': { ...asked, 'command.resolve': 'only a frontend has a line that a person typed' },
  'dynamic tool': { ...asked, 'command.resolve': 'only a frontend has a line that a person typed' },
  'workflow step': { ...asked, 'command.resolve': 'only a frontend has a line that a person typed' },
  'slash command': asked,
  stream: inAnAgent,
  'non-stream': inAnAgent,
  headless: inAnAgent,
  'resumed session': inAnAgent,
};
