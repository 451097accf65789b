import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProduct, filesIn, type Format, small } from './built.js';
import { createProject } from './project.js';
import { refusingVendor } from './vendor.js';

const secret = 'sk-very-secret-value';
async function keyedShop(baseUrl: string, format: Format, ...args: string[]) {
  const [, ...plugins] = small().plugins;
  const provider = ['@rustic-ai/plugin-provider-openai', { baseUrl, models: ['any'], apiKey: { $secret: 'acme' } }];
  const composition = { plugins: [provider, ...plugins], bind: { model: 'openai/any' } };
  const project = await createProject({ composition, locked: true });
  return { project, shop: await buildProduct(project, format, ...args) };
}

describe.each(['folder', 'file'] as const)('a %s that was built', (format) => {
  it('keeps secrets of its own, and uses them', async () => {
    const { keys, baseUrl } = await refusingVendor();
    const { project, shop } = await keyedShop(baseUrl, format);
    await project.piped('of-another-program', 'auth', 'add', 'acme');
    const missing = await shop.run('run', 'hi');
    expect(missing.code).toBe(4);
    expect(missing.stderr).toContain('Fix: Run: shop auth add acme\n');
    const kept = await shop.piped(`${secret}\n`, 'auth', 'add', 'acme', '--file');
    expect(kept).toEqual({
      code: 0,
      stdout:
        'acme is kept: in a file of yours\n' +
        `Use it, for example: shop config set plugins.provider-acme.apiKey '{"$secret":"acme"}'\n`,
      stderr: '',
    });
    const file = join(shop.home, 'own/data/credentials/credentials.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(secret);
    expect(await shop.run('run', 'hi')).toMatchObject({ code: 4 });
    expect(keys).toEqual([`Bearer ${secret}`]);
    expect((await shop.run('auth', 'list')).stdout).toMatch(/^acme {2}in a file of yours, since /);
    expect(await shop.run('auth', 'remove', 'acme')).toMatchObject({ code: 0 });
    expect(await shop.run('run', 'hi')).toMatchObject({ code: 4, stderr: expect.stringContaining('SECRET_UNKNOWN') });
    expect(String(filesIn(shop.at).get('man/shop.1'))).toContain('shop\\-auth (1)');
  });
});

it('a product whose settings are locked keeps secrets, and names no settings', async () => {
  const { keys, baseUrl } = await refusingVendor();
  const { shop } = await keyedShop(baseUrl, 'folder', '--settings', 'locked');
  const kept = await shop.piped(secret, 'auth', 'add', 'acme', '--file');
  expect(kept).toEqual({ code: 0, stdout: 'acme is kept: in a file of yours\n', stderr: '' });
  expect(await shop.run('run', 'hi')).toMatchObject({ code: 4 });
  expect(keys).toEqual([`Bearer ${secret}`]);
});
