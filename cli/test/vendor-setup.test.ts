import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createProject } from './project.js';
import { failsWith, goesOn, key, openProject, serve } from './vendor.js';

/** A vendor that answers. */
async function answering() {
  const asked: IncomingHttpHeaders[] = [];
  const choice = (delta: object, finish: string | null) => ({ choices: [{ index: 0, delta, finish_reason: finish }] });
  const lines = [choice({ content: 'Hello.' }, null), choice({}, 'stop')].map(
    (one) => `data: ${JSON.stringify(one)}\n\n`,
  );
  const server = await serve((response, headers) => {
    asked.push(headers);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${lines.join('')}data: [DONE]\n\n`);
  });
  return { ...server, asked };
}

describe('a provider that is not set up', () => {
  it('lacks the key: nothing is sent, and the run goes on once it is there', async () => {
    const server = await answering();
    const project = await openProject(server.url, {}, {});
    const missing = { exitCode: 4, code: 'RUSTIC_SECRET_MISSING', fix: 'Set it, then run the command again' };
    const { shown } = await failsWith(project, ['greet'], missing);
    expect(shown.stderr).toContain('OPENAI_API_KEY');
    expect(server.asked).toEqual([]);
    await goesOn(project, { OPENAI_API_KEY: key });
  });

  it('sends the key it is given, and nothing else that it could find in the environment', async () => {
    const env = {
      ...{ OPENAI_API_KEY: 'sk-other', OPENAI_ORG_ID: 'org-leak', OPENAI_PROJECT_ID: 'proj-leak' },
      ...{ OPENAI_ADMIN_KEY: 'admin-leak', OPENAI_LOG: 'debug', OPENAI_BASE_URL: 'http://127.0.0.1:9/leak' },
      ...{ OPENAI_CUSTOM_HEADERS: 'authorization: leak\nx-more: leak', MY_KEY: key },
    };
    const server = await answering();
    const project = await openProject(server.url, { apiKey: { $env: 'MY_KEY' } }, env);
    expect(await project.rustic('run', 'hi', '--json')).toMatchObject({ code: 0, stderr: '' });
    const [headers = {}] = server.asked;
    expect(headers.authorization).toBe(`Bearer ${key}`);
    expect(JSON.stringify(headers)).not.toMatch(/leak|sk-other|stainless/);
  });

  it('lacks the key of OpenAI where it says nothing else', async () => {
    const model = { provider: ['@rustic-ai/plugin-provider-openai', {}], name: 'openai/gpt-5' } as const;
    const project = await createProject({ model, locked: true });
    const missing = { exitCode: 4, code: 'RUSTIC_SECRET_MISSING', fix: 'Set it, then run the command again' };
    const { shown } = await failsWith(project, ['greet'], missing);
    expect(shown.stderr).toContain('OPENAI_API_KEY');
  });

  it('does not offer the model that is asked for, or bound', async () => {
    const project = await openProject((await answering()).url);
    const { code, stdout, stderr } = await project.rustic('run', 'greet', '--model', 'openai/n');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(
      '(RUSTIC_CAPABILITY_NOT_FOUND)\n  There is no model named "openai/n".\n  Fix: Use one of: ',
    );
    project.write('rustic.json', project.read('rustic.json').replace('"model": "openai/m"', '"model": "openai/n"'));
    const locked = await project.rustic('lock', '--accept');
    const bound = locked.code === 0 ? await project.rustic('run', 'greet') : locked;
    expect(bound.code).toBe(3);
    expect(bound.stderr).toMatch(/RUSTIC_(CAPABILITY_NOT_FOUND|BIND_INVALID)/);
  });

  it.each([
    'localhost:8080',
    'ftp://example.org',
    '',
    'http://',
    'http://exa mple.org',
    'http://[::1',
    'http://a:99999',
  ])('has an address that is none: %j', async (baseUrl) => {
    const model = { provider: ['@rustic-ai/plugin-provider-openai', { baseUrl }], name: 'openai/gpt-5' } as const;
    const project = await createProject({ model, env: { OPENAI_API_KEY: key } });
    const locked = await project.rustic('lock', '--accept');
    const failed = locked.code === 0 ? await project.rustic('run', 'greet') : locked;
    expect(failed).toMatchObject({ code: 3, stdout: '' });
    expect(failed.stderr).toMatch(/RUSTIC_PLUGIN_(OPTIONS|SETUP)/);
    expect(failed.stderr).toMatch(/baseUrl/);
    expect(failed.stderr).toMatch(/Fix: /);
  });
});
