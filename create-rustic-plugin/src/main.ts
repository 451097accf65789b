import { errorInfo } from '@rustic-ai/kernel';
import { exitCodeOf } from '@rustic-ai/kernel/contracts';
import { create } from './create.js';

try {
  process.stdout.write(await create(process.argv.slice(2)));
} catch (error) {
  const { code, message, fix } = errorInfo(error);
  process.stderr.write(`${code}: ${message}\n${fix ? `Fix: ${fix}\n` : ''}`);
  process.exitCode = exitCodeOf(code);
}
