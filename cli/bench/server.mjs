import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Starts the benches' model server as a process of its own. */
export async function startModelServer() {
  const script = join(import.meta.dirname, 'model-server.mjs');
  const server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout, 'data');
  return { baseURL: `http://127.0.0.1:${JSON.parse(line).port}/v1`, stop: () => server.kill() };
}
