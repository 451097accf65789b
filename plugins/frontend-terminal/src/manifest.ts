import { defineManifest } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'frontend-terminal',
  requires: {
    agents: { all: 'agent' },
    models: { all: 'model' },
    tools: { all: 'tool' },
    skills: { all: 'skill' },
    commands: { all: 'command' },
    sessions: { all: 'session' },
    workspaces: { all: 'workspace' },
    steering: { all: 'steering' },
    host: { one: 'host' },
  },
  contributes: {
    service: {
      frontend: { summary: 'One-shot runs and an interactive prompt in the terminal' },
      approver: { summary: 'Asks the person at the terminal' },
    },
  },
});
