// Starts a command that never ends, says the id of a grandchild, and exits.
import plugin from '@rustic-ai/plugin-workspace-local';
import { tmpdir } from 'node:os';

const host = { env: () => ({ PATH: process.env.PATH }), folders: { cwd: tmpdir() } };
const { service } = await plugin.setup({ id: 'workspace-local', deps: { host }, config: {}, log() {}, own() {} });
void service.workspace.exec(
  { line: 'sleep 300 & echo $!; wait' },
  {
    timeLimitMs: 600_000,
    maxBytes: 100,
    signal: new AbortController().signal,
    onOutput: ({ text }) => process.stdout.write(text, () => process.exit(0)),
  },
);
