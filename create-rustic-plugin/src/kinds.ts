/** What a plugin can be, as far as there is a template; `tool` where nothing else is asked for. */
export const kinds = [
  'tool',
  'provider',
  'storage',
  'policy',
  'command',
  'agent',
  'frontend',
  'telemetry',
  'session',
  'workspace',
  'workflow',
  'skills',
] as const;
export type Kind = (typeof kinds)[number];
export const isKind = (text: string): text is Kind => kinds.some((kind) => kind === text);

/** Who installs packages, and the words each has for it. */
export const managers = {
  npm: { install: ['npm', 'install'], test: 'npm test' },
  pnpm: { install: ['pnpm', 'install'], test: 'pnpm test' },
  yarn: { install: ['yarn', 'install'], test: 'yarn test' },
  bun: { install: ['bun', 'install'], test: 'bun run test' },
} as const;
export type Manager = keyof typeof managers;
export const isManager = (text: string): text is Manager => Object.hasOwn(managers, text);
