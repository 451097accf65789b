import type { FileEvent } from '@rustic-ai/kernel/contracts';
import type { Parts, Tools } from '../parts.js';
import { counted, printable } from '../text.js';

export const watch = ({ roots, pins }: Parts): Tools['fs_watch'] => ({
  access: ({ path = '.' }, call) => pins.access([{ path, actions: ['fs.read'] }], call),
  async run({ path = '.', seconds = 60, limit = 100 }, call) {
    await pins.check(call);
    const files = await roots.filesOf(path);
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), seconds * 1_000);
    const events: FileEvent[] = [];
    call.report({ text: `Watching ${printable(path)}.\n` });
    try {
      for await (const event of files.watch(path, AbortSignal.any([call.signal, over.signal]))) {
        events.push(event);
        call.report({ text: `${sayEvent(path, event)}\n`, done: events.length, total: limit, unit: 'changes' });
        if (events.length === limit) break;
      }
    } finally {
      clearTimeout(timer);
    }
    call.signal.throwIfAborted();
    const end =
      events.length === limit
        ? `[${counted(limit, 'change')}; there may be more.]`
        : `[${seconds} seconds are over: ${counted(events.length, 'change')}.]`;
    const text = [...events.map((event) => sayEvent(path, event)), end].join('\n');
    return { parts: [{ type: 'text', text }], data: { events: events.map((event) => ({ ...event })) } };
  },
});

const sayEvent = (path: string, { path: below, type }: FileEvent): string => `${type} ${printable(below || path)}`;
