import { createTestKernel, describeTool, describeToolOutputs, type ToolSubject } from '@rustic-ai/kernel/testing';
import shell from '@rustic-ai/plugin-tool-shell';
import workspace from '@rustic-ai/plugin-workspace-local';
import { describe, it } from 'vitest';

const sleeping = { command: 'sleep 300' };
/** A tool in a kernel where one process runs in the background. */
const subject = (
  name: string,
  inputs: Pick<ToolSubject, 'good' | 'bad' | 'slow'>,
  cut?: { ref: string },
): ToolSubject => ({
  name,
  async open() {
    const kernel = await createTestKernel({
      plugins: [workspace, [shell, { maxBytes: 256 }]],
      answers: [{ outcome: 'once' }],
    });
    const use = (tool: string, input: object) =>
      kernel
        .use('tool')
        .get(tool)
        .invoke(input as never, kernel.call());
    await use('process_start', sleeping);
    if (cut) cut.ref = (await use('shell_run', { command: 'seq 1 1000' })).full?.ref ?? '';
    return {
      handle: kernel.use('tool').get(name),
      call: () => kernel.call(),
      audit: () => kernel.audit(),
      close: () => kernel.dispose(),
    };
  },
  ...inputs,
});

const cut = { ref: '' };
for (const one of [
  subject('shell_run', {
    good: { command: 'printf hello' },
    bad: { command: '', timeoutMs: 0 },
    slow: { command: 'echo started; sleep 300 & wait' },
  }),
  {
    ...subject('shell_output', { good: {}, bad: { ref: 1 } }, cut),
    // Another one each time the tool is opened.
    get good() {
      return { ref: cut.ref };
    },
  },
  subject('process_start', { good: sleeping, bad: { argv: [] } }),
  subject('process_list', { good: {}, bad: { all: true } }),
  subject('process_logs', { good: { id: 'p1' }, bad: { id: '' } }),
  subject('process_write', { good: { id: 'p1', text: 'x' }, bad: { id: 'p1' } }),
  subject('process_resize', { good: { id: 'p1', columns: 90, rows: 20 }, bad: { id: 'p1', columns: 0, rows: 1 } }),
  subject('process_stop', { good: { id: 'p1' }, bad: {} }),
])
  describeTool(one, { describe, it });

describeToolOutputs({ plugins: [workspace, shell] }, { describe, it });
