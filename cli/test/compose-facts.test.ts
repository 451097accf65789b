import { beforeAll, describe, expect, it } from 'vitest';
import { createProject, type Project } from './project.js';

let project: Project;
beforeAll(async () => {
  const provider = ['@rustic-ai/plugin-provider-openai', { models: ['gpt-5'] }] as const;
  project = await createProject({ model: { provider, name: 'openai/gpt-5' }, locked: true });
});

describe('rustic info', () => {
  it('says what a plugin is, may touch, can be told and holds of others', async () => {
    const { code, stdout } = await project.rustic('info', 'provider-openai');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^provider-openai@\d\S* of @rustic-ai\/plugin-provider-openai\n/);
    expect(stdout).toContain('  provides model openai/*: Models of OpenAI');
    expect(stdout).toContain('  may net https://api.openai.com:443 (asks the model at this address)\n');
    expect(stdout).toContain('  option models (["gpt-5"]): Models to offer');
    expect(stdout).toContain('  option api (default "chat"): The protocol');
    expect(stdout).toMatch(/\n {2}holds openai@\S+ \(Apache-2\.0\)\n/);
  });

  it('knows what is installed and not composed', async () => {
    const { stdout } = await project.rustic('info', 'storage-memory', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id: 'storage-memory', composed: false });
  });

  it('suggests the one that was meant', async () => {
    const { code, stderr } = await project.rustic('info', 'tool-shel');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Fix: Did you mean "tool-shell"?') });
  });
});

describe('rustic why', () => {
  it.each([
    ['session.store', 'session.store is provided by storage-sqlite\n  session-log requires one session.store\n'],
    ['host', 'host is provided by this program\n'],
    ['model', 'model is provided by provider-openai, and bound to openai/gpt-5\n'],
    ['session-log', 'session-log is there because rustic.json lists @rustic-ai/plugin-session-log\n'],
    ['better-sqlite3', '@rustic-ai/plugin-storage-sqlite > better-sqlite3\n'],
  ])('%s is there', async (name, reason) => {
    const { code, stdout } = await project.rustic('why', name);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(reason) });
  });

  it('says when nothing brings it', async () => {
    const { code, stderr } = await project.rustic('why', 'sesion');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Fix: Did you mean "session"?') });
  });
});

describe('rustic graph', () => {
  it('prints who gives what to whom, as text, Mermaid and JSON', async () => {
    expect((await project.rustic('graph')).stdout).toMatch(
      /\nsession-log@\S+\n(.*\n)*? {2}session\.store \(one\): storage-sqlite\n/,
    );
    const { stdout } = await project.rustic('graph', '--format', 'json');
    const { edges } = JSON.parse(stdout) as { edges: object[] };
    expect(edges).toContainEqual({
      from: 'session-log',
      capability: 'session.store',
      form: 'one',
      to: ['storage-sqlite'],
    });
    const drawn = (await project.rustic('graph', '--format', 'mermaid')).stdout;
    const nodeOf = (id: string) => new RegExp(`^  (p\\d+)\\["${id}"\\]$`, 'm').exec(drawn)?.[1];
    expect(drawn).toMatch(/^flowchart LR\n/);
    expect(drawn).toContain(`  ${nodeOf('session-log')} -->|session.store| ${nodeOf('storage-sqlite')}\n`);
  });
});
