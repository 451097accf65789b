import { createTestKernel, describeTool, startFaultServer } from '@rustic-ai/kernel/testing';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import plugin from '../src/index.js';

const server = await startFaultServer((response, { url }) => {
  if (url === '/rates/EUR/USD') response.end('1.25');
  else response.writeHead(404).end();
});
afterAll(() => server.close());

/** The plugin in a kernel, where somebody says yes to every question. */
const start = (options = { server: server.url }) =>
  createTestKernel({ plugins: [[plugin, options]], answers: [{ outcome: 'once' }] });

describeTool(
  {
    name: 'rates_convert',
    async open() {
      const kernel = await start();
      return {
        handle: kernel.use('tool').get('rates_convert'),
        call: () => kernel.call(),
        audit: () => kernel.audit(),
        close: () => kernel.dispose(),
      };
    },
    good: { amount: 10, from: 'EUR', to: 'USD' },
    bad: { amount: 10, from: 'euro', to: 'USD' },
  },
  { describe, it },
);

describe('rates_convert', () => {
  async function convert(from: string, to: string, options = { server: server.url }) {
    const kernel = await start(options);
    onTestFinished(() => kernel.dispose());
    return kernel.use('tool').get('rates_convert').invoke({ amount: 10, from, to }, kernel.call());
  }

  it('converts at the rate of the server', async () => {
    expect(await convert('EUR', 'USD')).toEqual({
      parts: [{ type: 'text', text: '10 EUR are 12.50 USD' }],
      data: { rate: 1.25 },
    });
  });

  it('says what went wrong, and what to look at', async () => {
    await expect(convert('EUR', 'XXX')).rejects.toMatchObject({
      code: 'RUSTIC_RATES_SERVER',
      details: { url: `${server.url}/rates/EUR/XXX`, reason: 'it answered with 404' },
    });
    await expect(convert('EUR', 'USD', { server: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'RUSTIC_RATES_SERVER',
      details: { reason: 'it can not be reached' },
    });
  });

  it('lets go of the request when the call is cancelled', async () => {
    const silent = await startFaultServer(() => {});
    const kernel = await start({ server: silent.url });
    onTestFinished(async () => {
      await kernel.dispose();
      await silent.close();
    });
    const stop = new AbortController();
    const tool = kernel.use('tool').get('rates_convert');
    const asking = tool.invoke({ amount: 1, from: 'EUR', to: 'JPY' }, kernel.call(), { signal: stop.signal });
    await expect.poll(() => silent.asked.length).toBe(1);
    stop.abort();
    await expect(asking).rejects.toMatchObject({ code: 'RUSTIC_OPERATION_ABORTED' });
    await silent.left();
  });
});
