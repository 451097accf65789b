import { describe, expect, it } from 'vitest';
import { compositionOf, createProject } from './project.js';

const sick = {
  name: 'acme-sick',
  manifest: {
    apiVersion: 1,
    id: 'acme-sick',
    contributes: {
      tool: {
        sick_tool: { summary: 'Needs what is not there', baskets: ['acme/sick'] },
        well_tool: { summary: 'Needs nothing', baskets: ['acme'] },
      },
      hook: { 'health.check': {} },
    },
  },
  code: `const tool = { run: () => ({ parts: [{ type: 'text', text: 'ok' }] }) };
    export default { manifest: {}, setup: () => ({
      tool: { sick_tool: tool, well_tool: tool },
      hook: { 'health.check': () => ({ name: 'acme daemon', ok: false, note: 'it does not answer', fix: 'Start it.', tools: ['sick_tool'] }) },
    }) };`,
};
const broken = {
  name: 'acme-broken',
  manifest: { apiVersion: 1, id: 'acme-broken', contributes: { tool: { broken_tool: { summary: 'Never starts' } } } },
  code: `export default { manifest: {}, setup: () => { throw new Error('no start'); } };`,
};
const turns = [
  { calls: [{ tool: 'fs_read', input: { path: 'there.txt' } }] },
  { calls: [{ tool: 'fs_read', input: { path: 'nowhere.txt' } }] },
  { say: 'Read.' },
];
async function open(written: readonly (typeof sick | typeof broken)[] = []) {
  const base = compositionOf({ turns, written });
  const plugins = [...base.plugins, '@rustic-ai/plugin-policy-tools'];
  const project = createProject({ composition: { ...base, plugins }, turns, written, locked: true });
  return project;
}

describe('rustic tools list', () => {
  it('lists the tools, all or those of a basket', async () => {
    const project = await open([sick]);
    const all = JSON.parse((await project.rustic('tools', 'list', '--json')).stdout) as { name: string }[];
    const names = all.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['fs_read', 'shell_run', 'sick_tool', 'well_tool']));
    expect(all.find(({ name }) => name === 'fs_read')).toMatchObject({
      plugin: 'tool-filesystem',
      kind: 'read',
      effects: { kind: 'read' },
    });
    const some = await project.rustic('tools', 'list', '--basket', 'acme');
    expect(some).toEqual({
      code: 0,
      stderr: '',
      stdout:
        'sick_tool  other, by acme-sick · Needs what is not there · in acme/sick\n' +
        'well_tool  other, by acme-sick · Needs nothing · in acme\n',
    });
    expect(await project.rustic('tools', 'list', '--basket', 'acme/sick', '--json')).toMatchObject({
      stdout: expect.not.stringContaining('well_tool'),
    });
    expect(await project.rustic('tools', 'list', '--basket', 'nothing')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No tool is in "nothing".\n',
    });
  });

  it('says which can not work, and why; so does the doctor', async () => {
    const project = await open([sick, broken]);
    const checked = await project.rustic('tools', 'list', '--check', '--json');
    expect(checked.code).toBe(1);
    const rows = JSON.parse(checked.stdout) as { name: string; problems: string[] }[];
    const problems = new Map(rows.map((row) => [row.name, row.problems]));
    expect(problems.get('sick_tool')).toEqual(['it does not answer']);
    expect(problems.get('broken_tool')?.[0]).toContain('no start');
    expect(problems.get('well_tool')).toEqual([]);
    expect((await project.rustic('tools', 'list', '--check', '--basket', 'acme')).stdout).toBe(
      'sick_tool  other, by acme-sick · Needs what is not there · in acme/sick · FAILED: it does not answer\n' +
        'well_tool  other, by acme-sick · Needs nothing · in acme · works\n',
    );
    const doctor = await project.rustic('doctor');
    expect(doctor).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('FAILED acme daemon: it does not answer\n       Fix: Start it.\n'),
    });
  });
});

describe('rustic tools stats', () => {
  it('says how tools were used by the runs before, until it is told to forget', async () => {
    const project = await open();
    project.write('there.txt', 'here');
    expect(await project.rustic('tools', 'stats')).toMatchObject({ code: 0, stderr: 'No tool was called yet.\n' });
    expect(await project.rustic('run', 'go')).toMatchObject({ code: 0 });
    const [row] = JSON.parse((await project.rustic('tools', 'stats', '--json')).stdout) as object[];
    expect(row).toMatchObject({ name: 'fs_read', calls: 2, failed: 1, denied: 0, timedOut: 0, cached: 0 });
    expect((await project.rustic('tools', 'stats')).stdout).toMatch(
      /^fs_read {2}2 calls · 1 failed · half within \d+ ms, 95 of 100 within \d+ ms, at most [\d.]+ ms\n$/,
    );
    expect((await project.rustic('tools', 'stats', '--clear')).stdout).toBe('Forgot the counts of 1 tools.\n');
    expect((await project.rustic('tools', 'stats', '--json')).stdout).toBe('[]\n');
  });

  it('needs somebody who counts', async () => {
    const project = await createProject({ locked: true });
    expect(await project.rustic('tools', 'stats')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^RUSTIC_CAPABILITY_MISSING: .*tool\.stats/),
    });
  });
});
