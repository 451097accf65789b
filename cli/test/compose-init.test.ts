import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createComposer, createRegistry, type Registry } from './compose.js';
import { root } from './project.js';

let registry: Registry;
beforeAll(async () => void (registry = await createRegistry()));
afterAll(() => registry.close());
/** Nobody listens there. */
const alone = { OLLAMA_HOST: '127.0.0.1:9' };
const schema = Compile(JSON.parse(readFileSync(join(root, 'cli/schemas/composition-1.json'), 'utf8')) as object);
const compositionIn = (text: string) => parse(text) as { plugins: string[]; bind?: object; $schema: string };

/** Runs it where these variables are set. */
async function init(env: NodeJS.ProcessEnv, ...args: string[]) {
  const project = await createComposer(registry);
  const { child, ended } = project.start(['init', ...args], { env: { ...alone, ...env } });
  child.stdin?.end();
  return { project, ...(await ended) };
}

describe('rustic init', () => {
  it('begins a composition that runs at once', async () => {
    const { project, code, stderr } = await init({}, '--yes');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^npm: install [^\n]*\n$/) });
    expect(await project.rustic('doctor')).toMatchObject({ code: 0 });
    expect(await project.rustic('run', 'hello')).toMatchObject({ code: 0 });
    const text = project.read('rustic.json');
    const composition = compositionIn(text);
    expect(text).toContain('  // What is allowed, asked or denied.');
    expect(schema.Check(composition)).toBe(true);
    const composed = Compile(JSON.parse(project.read(composition.$schema)) as object);
    const strange = { plugins: [['@rustic-ai/plugin-tool-shell', { nowhere: 1 }]] };
    expect([composition, strange].map((one) => composed.Check(one))).toEqual([true, false]);
  });

  it.each([
    ['a key is set', { XAI_API_KEY: 'x' }, [], 'grok', 'grok/grok-4.3'],
    [
      'a flag names the provider',
      { XAI_API_KEY: 'x' },
      ['--provider', 'google'],
      'google',
      'google/gemini-3-pro-preview',
    ],
    [
      'a flag names the model',
      {},
      ['--model', 'anthropic/claude-haiku-4-5'],
      'anthropic',
      'anthropic/claude-haiku-4-5',
    ],
    ['flags name both', {}, ['--provider', 'openai', '--model', 'other'], 'openai', 'openai/other'],
  ])('chooses who answers when %s', async (_, env, args, provider, model) => {
    const { project, code, stdout } = await init(env, ...args, '--no-install', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ provider: `@rustic-ai/plugin-provider-${provider}`, model });
    expect(compositionIn(project.read('rustic.json'))).toMatchObject({
      plugins: expect.arrayContaining([`@rustic-ai/plugin-provider-${provider}`]),
      bind: { model },
    });
  });

  it('finds an Ollama that runs here', async () => {
    const server = createServer((_, response) => response.end(JSON.stringify({ models: [{ name: 'small:1b' }] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const OLLAMA_HOST = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout } = await init({ OLLAMA_HOST }, '--no-install', '--json');
    server.close();
    expect(JSON.parse(stdout)).toMatchObject({
      provider: '@rustic-ai/plugin-provider-ollama',
      model: 'ollama/small:1b',
    });
  });

  it('passes over an Ollama that has no model', async () => {
    const server = createServer((_, response) => response.end(JSON.stringify({ models: [] })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const OLLAMA_HOST = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stdout } = await init({ OLLAMA_HOST }, '--no-install', '--json');
    server.close();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ provider: '@rustic-ai/plugin-provider-scripted' });
  });

  it('asks on a terminal', async () => {
    const project = await createComposer(registry);
    project.env['OLLAMA_HOST'] = alone.OLLAMA_HOST;
    const terminal = project.terminal('init', '--no-install');
    await terminal.seen('Who answers? [scripted] ');
    terminal.type('opena\r');
    await terminal.seen('Did you mean "openai"?');
    terminal.type('openai\r');
    await terminal.seen('Which model? [gpt-5] ');
    terminal.type('2\r');
    expect(await terminal.ended).toMatchObject({ code: 0 });
    expect(compositionIn(project.read('rustic.json'))).toMatchObject({ bind: { model: 'openai/gpt-5-mini' } });
  });

  it('never overwrites', async () => {
    const project = await createComposer(registry, { 'rustic.json': '{ "plugins": [] }' });
    const { code, stderr } = await project.rustic('init', '--yes');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('RUSTIC_CONFIG_EXISTS: ') });
    expect(project.read('rustic.json')).toBe('{ "plugins": [] }');
  });

  it('leaves nothing when nobody agrees', async () => {
    const { project, code } = await init({});
    expect(code).toBe(5);
    expect(readdirSync(project.folder)).toEqual([]);
  });

  it('knows the providers', async () => {
    const { project, code, stderr } = await init({}, '--provider', 'opanai', '--yes');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Fix: Did you mean "openai"?') });
    expect(existsSync(join(project.folder, 'rustic.json'))).toBe(false);
  });
});
