import { type Call, definePlugin } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { join } from 'node:path';
import { type Asked, lineOf, writingLine } from './line.js';
import type manifest from './manifest.js';
import { createOutputs } from './outputs.js';
import { dataOf, describe, logOf, said, settled } from './process-tools.js';
import { createProcesses } from './processes.js';
import { run } from './run.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps: { workspace, host }, config: { maxBytes, keepBytes, maxProcesses, logChars }, own }) {
    const target = workspace.target === 'local' ? {} : { target: workspace.target };
    const exec = (line: string) => [{ action: 'exec', resource: line, ...target }];
    const outputs = createOutputs({ folder: join(host.folders.state, 'outputs'), maxBytes: keepBytes, most: 100 });
    own(outputs.dispose);
    const processes = createProcesses({ workspace, maxProcesses, logChars, now: () => host.monotonicMs() });
    own(processes.dispose);
    const find = (id: string, { origin }: Call) => processes.get(id, origin.session);
    const running = {
      access: (asked: Asked) => exec(lineOf(asked)),
      preview: (asked: Asked) => ({ type: 'command' as const, text: lineOf(asked) }),
    };
    return {
      service: {
        'tool.outputs': {
          async keep({ origin }, text) {
            const output = outputs.open(origin.session);
            output.add(text);
            return { ...output.keep(), tool: 'shell_output' };
          },
        },
      },
      tool: {
        shell_run: { ...running, run: (input, call) => run(input, call, { workspace, outputs, maxBytes }) },
        shell_output: {
          run({ ref, offset = 0, length = maxBytes }, { origin }) {
            const { text, bytes, lost } = outputs.read(origin.session, ref, { offset, length });
            const after = lost > 0 ? `; ${lost} more bytes were not kept` : '';
            return said(`${text}\n[bytes ${offset} to ${offset + Buffer.byteLength(text)} of ${bytes}${after}]`, {
              bytes,
              lost,
            });
          },
        },
        process_start: {
          ...running,
          async run({ terminal, ...asked }, { origin }) {
            const size = terminal && { columns: terminal.columns ?? 80, rows: terminal.rows ?? 24 };
            const one = await processes.start({ ...asked, ...(size && { terminal: size }) }, origin.session);
            return said(describe(one, host.monotonicMs()), dataOf(one));
          },
        },
        process_list: {
          run(_, { origin }) {
            const all = processes.list(origin.session);
            const text = all.map((one) => describe(one, host.monotonicMs())).join('\n');
            return said(text || 'No process was started in this session.', all.map(dataOf));
          },
        },
        process_logs: {
          async run({ id, from = 0, length = maxBytes, waitMs = 0 }, call) {
            const one = find(id, call);
            await settled(one, from, waitMs, call.signal);
            return logOf(one, from, length, host.monotonicMs());
          },
        },
        process_write: {
          access: ({ id, text }, call) => exec(writingLine(text, find(id, call).line)),
          preview: ({ id, text }, call) => ({ type: 'command', text: writingLine(text, find(id, call).line) }),
          async run({ id, text, end = false, waitMs = 0 }, call) {
            const one = find(id, call);
            const from = one.log.end;
            if (text !== '') await one.started.write(text);
            if (end) one.started.endInput();
            await settled(one, from, waitMs, call.signal);
            return logOf(one, from, maxBytes, host.monotonicMs());
          },
        },
        process_resize: {
          run({ id, columns, rows }, call) {
            const one = find(id, call);
            one.started.resize({ columns, rows });
            return said(one.terminal ? `${id} has ${columns} x ${rows} now.` : `${id} has no terminal.`);
          },
        },
        process_stop: {
          async run({ id }, call) {
            const one = find(id, call);
            one.started.stop();
            await one.started.ended.catch(() => {});
            return said(describe(one, host.monotonicMs()), dataOf(one));
          },
        },
      },
    };
  },
});
