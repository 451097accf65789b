import { createKernel } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import agentLoop from '@rustic-ai/plugin-agent-loop';
import scripted from '@rustic-ai/plugin-provider-scripted';
import sessionLog from '@rustic-ai/plugin-session-log';
import memory from '@rustic-ai/plugin-storage-memory';

const plugins = [scripted, agentLoop, sessionLog, memory];
const kernel = await createKernel({ contracts: standard, host: nodeHost(), plugins });
for await (const event of kernel.use('agent').default.invoke({ prompt: 'hello' }, kernel.call())) {
  if (event.type === 'item.delta') process.stdout.write(event.text);
}
process.stdout.write(`\n${kernel.explain().text}\n`);
await kernel.dispose();
