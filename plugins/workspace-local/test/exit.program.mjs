// Starts a command that never ends, says the id of a grandchild, and exits.
import { standard } from '@rustic-ai/kernel/contracts';
import { createKernel } from '@rustic-ai/kernel';
import { nodeHost } from '@rustic-ai/kernel/node';
import plugin from '@rustic-ai/plugin-workspace-local';

const kernel = await createKernel({ contracts: standard, host: nodeHost(), plugins: [plugin] });
const workspace = await kernel.service('workspace');
void workspace.exec(
  { line: 'sleep 300 & echo $!; wait' },
  {
    timeLimitMs: 600_000,
    maxBytes: 100,
    signal: new AbortController().signal,
    onOutput: ({ text }) => process.stdout.write(text, () => process.exit(0)),
  },
);
