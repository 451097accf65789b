import { createTestKernel, createTestStreams, describeApprover, describeFrontend } from '@rustic-ai/kernel/testing';
import terminal from '@rustic-ai/plugin-frontend-terminal';
import { describe, it } from 'vitest';

describeFrontend({ plugins: [terminal] }, { describe, it });

const keys = { once: 'y', session: 's', deny: 'n' } as const;

/** The approver at a terminal where somebody types a line to every question; no line: nobody does. */
async function open(lines: readonly string[], isTerminal = true) {
  const { streams, type } = createTestStreams({ terminal: isTerminal });
  let left = lines;
  streams.stderr.on('data', (text: string) => {
    if (!text.endsWith('[n] ')) return;
    const [line, ...rest] = left;
    if (line === undefined) return;
    left = rest.length > 0 ? rest : [line];
    setImmediate(type, `${line}\n`);
  });
  const host = { streams, env: () => ({ TERM: 'dumb' }) };
  const kernel = await createTestKernel({ plugins: [terminal], ownApprover: true, host });
  return { approver: await kernel.service('approver'), close: () => kernel.dispose() };
}

describeApprover(
  {
    answering: (said) => open(said === 'session' ? [keys.session, keys.deny] : [keys[said]]),
    nobody: () => open([], false),
    waiting: () => open([]),
  },
  { describe, it },
);
