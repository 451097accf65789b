import { describe, expect, it } from 'vitest';
import { compositionOf, createProject } from './project.js';
import { key, serve } from './vendor.js';

/** A vendor that lists two models and answers with one word; it counts what it was asked. */
async function startVendor() {
  const asked = { lists: 0, answers: 0 };
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const server = await serve((response, headers) => {
    if (headers['content-type'] === undefined) {
      asked.lists++;
      response.writeHead(200, { 'content-type': 'application/json' });
      const data = ['gpt-5-mini', 'unheard-of'].map((id) => ({ id, object: 'model' }));
      return void response.end(JSON.stringify({ object: 'list', data }));
    }
    asked.answers++;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${chunk({ content: 'ok' })}${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
  return { ...server, asked };
}
async function open(baseUrl: string) {
  const options = { baseUrl, apiKey: { $env: 'OPENAI_API_KEY' }, models: ['*'] };
  const model = { provider: ['@rustic-ai/plugin-provider-openai', options], name: 'openai/gpt-5-mini' } as const;
  const base = compositionOf({ model });
  const more = ['provider-catalogue', 'policy-resilience'].map((id) => `@rustic-ai/plugin-${id}`);
  const composition = { ...base, plugins: [...base.plugins, ...more] };
  return createProject({ composition, env: { OPENAI_API_KEY: key }, locked: true });
}

describe('rustic models', () => {
  it('lists what vendors offer and what is known of it, and asks them again only when told to', async () => {
    const vendor = await startVendor();
    const project = await open(vendor.url);
    const first = await project.rustic('models', '--json');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject([
      {
        ...{ model: 'openai/gpt-5-mini', plugin: 'provider-openai', breaker: 'closed' },
        known: { contextTokens: 400_000, price: { inputUsd: 0.25, outputUsd: 2 }, source: expect.any(String) },
      },
      { model: 'openai/unheard-of' },
    ]);
    expect(JSON.parse(first.stdout)[1]).not.toHaveProperty('known');
    expect((await project.rustic('models')).stdout).toBe(
      'openai/gpt-5-mini  by provider-openai · 400,000 tokens · $0.25 in · $2 out per million\n' +
        'openai/unheard-of  by provider-openai\n',
    );
    expect(vendor.asked).toEqual({ lists: 1, answers: 0 });
    expect(await project.rustic('models', '--refresh')).toMatchObject({ code: 0 });
    expect(vendor.asked).toEqual({ lists: 2, answers: 0 });
  });

  it('does not keep that a vendor could not be asked', async () => {
    const vendor = await startVendor();
    const project = await open(vendor.url);
    await vendor.close();
    const failed = await project.rustic('models', '--json');
    expect(failed.stderr).toContain('ECONNREFUSED');
    expect(JSON.parse(failed.stdout)).toEqual([]);
    const again = await project.rustic('models');
    expect(again.stderr).toContain('ECONNREFUSED');
  });
});

describe('rustic doctor', () => {
  it('says who provides models, and asks one of them only when it may go online', async () => {
    const vendor = await startVendor();
    const project = await open(vendor.url);
    const offline = await project.rustic('doctor');
    expect(offline).toMatchObject({ code: 0 });
    expect(offline.stdout).toContain('ok     models of provider-openai: openai/*\n');
    expect(vendor.asked).toEqual({ lists: 0, answers: 0 });
    const online = await project.rustic('doctor', '--online');
    expect(online.stdout).toMatch(
      /^ok {5}reach of provider-openai: openai\/gpt-5-mini answers after \d+ ms; 1 more were not asked$/m,
    );
    expect(vendor.asked).toEqual({ lists: 1, answers: 1 });
  });

  it('names what a provider that is down fails with', async () => {
    const vendor = await startVendor();
    const options = { baseUrl: vendor.url, apiKey: { $env: 'OPENAI_API_KEY' }, models: ['m'] };
    const model = { provider: ['@rustic-ai/plugin-provider-openai', options], name: 'openai/m' } as const;
    const project = await createProject({ model, env: { OPENAI_API_KEY: key }, locked: true });
    await vendor.close();
    const { code, stdout } = await project.rustic('doctor', '--online');
    expect(code).toBe(1);
    expect(stdout).toContain('FAILED reach of provider-openai: RUSTIC_MODEL_NETWORK: ');
    expect(stdout).not.toContain(key);
  });
});
