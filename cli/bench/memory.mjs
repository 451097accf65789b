// Writes the most memory the process had to a file, when it ends. Unit: kB.
import { writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.MEMORY_LOG, String(process.resourceUsage().maxRSS)));
