// What importing the kernel costs, beside importing a vendor's SDK as installed; each in a fresh process.
import { execFileSync } from 'node:child_process';
import { compare } from './lib.mjs';

const importMs = (name) => () => {
  const script = `const t = performance.now(); await import(${JSON.stringify(name)}); console.log(performance.now() - t)`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname }));
};
await compare({
  name: 'import of @rustic-ai/kernel beside openai',
  floor: importMs('openai'),
  subject: importMs('@rustic-ai/kernel'),
  limit: 0.15,
  unit: 'ms',
});
