import type { AuditRow, ToolResult } from '@rustic-ai/kernel/contracts';
import type { Declaration, InvokeOptions, Json } from '@rustic-ai/kernel';
import { describeTool, type OpenTool, toolSuite, type ToolSubject } from '@rustic-ai/kernel/testing';
import { describe, expect, it } from 'vitest';

const declaration: Declaration = {
  summary: 'Tells the length of a text.',
  input: { type: 'object', properties: { text: { type: 'string', description: 'The text.' } }, required: ['text'] },
  effects: { kind: 'read', idempotent: true, openWorld: false },
};
interface Parts {
  name: string;
  declaration: Declaration;
  /** Resources of the accesses. */
  touches: readonly string[];
  action: 'fs.read' | 'fs.write';
  checks: 'first' | 'late' | 'never';
  result(text: string): unknown;
  change(input: { text: string }): void;
  follows: boolean;
}
const good: Parts = {
  name: 'text_length',
  declaration,
  touches: ['a.txt'],
  action: 'fs.read',
  checks: 'first',
  result: (text) => ({ parts: [{ type: 'text', text: String(text.length) }] }),
  change: () => {},
  follows: true,
};

/** A tool by hand: what a kernel would make of it, so that each promise can be broken by itself. */
function open(parts: Parts): OpenTool {
  const rows: AuditRow[] = [];
  const refused = () => Promise.reject(Object.assign(new Error('input'), { code: 'RUSTIC_OPERATION_INPUT' }));
  return {
    handle: {
      name: parts.name,
      plugin: 'tool-text',
      declaration: parts.declaration,
      async invoke(input: Json, _call, options: InvokeOptions = {}) {
        const given = input as { text: string };
        const fits = typeof given.text === 'string';
        if (!fits && parts.checks === 'first') return refused();
        const accesses = [
          { action: 'tool', resource: parts.name },
          ...parts.touches.map((resource) => ({ action: parts.action, resource })),
        ];
        rows.push({ operation: 'tool', name: parts.name, accesses } as unknown as AuditRow);
        if (!fits && parts.checks === 'late') return refused();
        if (given.text === 'slow') {
          options.onProgress?.({ text: 'started' });
          await new Promise((resolve) => {
            if (parts.follows) options.signal?.addEventListener('abort', resolve);
          });
        }
        parts.change(given);
        return parts.result(String(given.text)) as ToolResult;
      },
    },
    audit: async () => rows,
    close: async () => {},
  };
}
const subject = (parts: Parts): ToolSubject => ({
  name: 'text_length',
  open: async () => open(parts),
  good: { text: 'four' },
  bad: { text: 4 },
  slow: { text: 'slow' },
});
let counted = 0;

/** One tool or more per rule that break exactly what the rule is about. */
const twins: Record<string, readonly Partial<Parts>[]> = {
  name: [{ name: 'text.length' }, { name: 'other_name' }],
  summary: [{ declaration: { ...declaration, summary: ' ' } }],
  schema: [
    { declaration: { ...declaration, input: { type: 'string' } } },
    { declaration: { ...declaration, input: { type: 'object', properties: { text: { type: 'string' } } } } },
    { declaration: { summary: declaration.summary, effects: { kind: 'read', idempotent: true, openWorld: false } } },
  ],
  effects: [{ declaration: { summary: declaration.summary, input: declaration.input as object } }],
  kind: [{ declaration: { ...declaration, facts: { kind: 'reading' } } }],
  input: [{ checks: 'never' }, { checks: 'late' }],
  result: [
    { result: () => ({ parts: [] }) },
    { result: () => ({ parts: [{ type: 'text', text: 'x', at: new Date(0) }] }) },
    { result: () => ({ parts: [{ type: 'text', text: 'x' }], data: undefined }) },
    { result: () => ({ parts: [{ type: 'words', text: 'x' }] }) },
    { result: (text) => ({ parts: [{ type: 'text', text }], error: { code: 'RUSTIC_FS_MISSING', message: 'gone' } }) },
  ],
  access: [
    { touches: [] },
    { declaration: { ...declaration, effects: { kind: 'none', idempotent: true, openWorld: false } } },
  ],
  touches: [
    { declaration: { ...declaration, facts: { touches: ['/text'] } } },
    { declaration: { ...declaration, facts: { touches: ['/text/name'] } } },
    { declaration: { ...declaration, facts: { touches: [] } } },
  ],
  skill: [
    { declaration: { ...declaration, facts: { skill: '/nobody' } } },
    { declaration: { ...declaration, facts: { skill: '/text/name' } } },
  ],
  looks: [{ action: 'fs.write' }],
  frozen: [{ change: (input) => void (input.text = 'changed') }],
  repeat: [{ result: () => ({ parts: [{ type: 'text', text: String(counted++) }] }) }],
  cancel: [{ follows: false }],
};

describe('the suite of tools', () => {
  for (const rule of toolSuite)
    it(`notices a tool that breaks "${rule.id}"`, async () => {
      await rule.run(subject(good));
      const broken = twins[rule.id] ?? [];
      expect(broken.length).toBeGreaterThan(0);
      for (const twin of broken)
        await expect((async () => rule.run(subject({ ...good, ...twin })))()).rejects.toMatchObject({
          name: expect.stringMatching(/^(AssertionError|TypeError)$/),
        });
    });
});

describeTool(subject(good), { describe, it });
