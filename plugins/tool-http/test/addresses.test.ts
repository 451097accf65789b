import { createSocket } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveNames } from './dns.js';
import { openTools } from './helper.js';
import { serve } from './server.js';

const page = () => serve((_, response) => response.end('reached'));

describe('addresses that are not public', () => {
  it.each([
    ['http://127.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f000001/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://017700000001/', 'loopback'],
    ['http://127.0.0.1./', 'loopback'],
    ['http://①②⑦.0.0.1/', 'loopback'],
    ['http://[::1]/', 'loopback'],
    ['http://[::ffff:127.0.0.1]/', 'loopback'],
    ['http://[::ffff:7f00:1]/', 'loopback'],
    ['http://0.0.0.0/', 'unspecified'],
    ['http://0/', 'unspecified'],
    ['http://[::]/', 'unspecified'],
    ['http://169.254.169.254/latest/meta-data/', 'linkLocal'],
    ['http://[::ffff:a9fe:a9fe]/', 'linkLocal'],
    ['http://168.63.129.16/', 'metadata'],
    ['http://[::ffff:168.63.129.16]/', 'metadata'],
    ['http://100.100.100.200/', 'carrierGradeNat'],
    ['http://192.168.0.1/', 'private'],
    ['http://10.0.0.1/', 'private'],
    ['http://172.16.0.1/', 'private'],
    ['http://[fd00:ec2::254]/', 'uniqueLocal'],
    ['http://[fe80::1]/', 'linkLocal'],
    ['http://[64:ff9b::7f00:1]/', 'rfc6052'],
    ['http://[2002:7f00:1::]/', '6to4'],
    ['http://[4000::1]/', 'unassigned'],
    ['http://224.0.0.1/', 'multicast'],
    ['http://255.255.255.255/', 'broadcast'],
    ['http://192.0.2.1/', 'reserved'],
  ])('are refused as %s, before anybody is asked', async (url, range) => {
    const { run, kernel } = await openTools();
    for (const tool of ['http_request', 'web_fetch'])
      await expect(run(tool, { url })).rejects.toMatchObject({ code: 'RUSTIC_HTTP_ADDRESS', details: { range } });
    await expect(run('http_download', { url, path: 'x' })).rejects.toMatchObject({ code: 'RUSTIC_HTTP_ADDRESS' });
    expect(kernel.asks).toEqual([]);
  });

  it.each([
    ['file:///etc/passwd', 'only http and https'],
    ['ftp://a.example/', 'only http and https'],
    ['data:text/plain,x', 'only http and https'],
    ['javascript:1', 'only http and https'],
    ['//a.example/', 'no absolute URL'],
    ['http://user:hunter2@a.example/', 'a user name or a password'],
    ['http://a.example@b.example/', 'a user name or a password'],
    ['http://[fe80::1%25eth0]/', 'no absolute URL'],
    ['http://a.example/\r\nx-evil: 1', 'white space or control characters'],
    ['http://a.exa\tmple/', 'white space or control characters'],
    [' http://a.example/', 'white space or control characters'],
    ['http://a.example:99999/', 'no absolute URL'],
    [`http://a.example/${'x'.repeat(9_000)}`, 'more than 8192 characters'],
  ])('and what is no address at all: %s', async (url, reason) => {
    const { run } = await openTools();
    const failure = run('http_request', { url });
    await expect(failure).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_URL',
      message: expect.stringContaining(reason) as unknown,
    });
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') as unknown });
  });

  it('are reached where the composition names them, by exactly that scheme, host and port', async () => {
    const { origin, port } = await page();
    const other = await page();
    const { say, run } = await openTools({ allow: [origin] });
    expect(await say('http_request', { url: `${origin}/x` })).toMatch(/reached$/);
    expect(await say('http_request', { url: `http://2130706433:${port}/` })).toMatch(/reached$/);
    for (const url of [other.origin, `https://127.0.0.1:${port}`, `http://127.0.0.2:${port}`, `http://[::1]:${port}`])
      await expect(run('http_request', { url })).rejects.toMatchObject({ code: 'RUSTIC_HTTP_ADDRESS' });
    expect(other.asked).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    ['loopback', { a: ['127.0.0.1'] }],
    ['loopback', { aaaa: ['::1'] }],
    ['loopback', { aaaa: ['::ffff:7f00:1'] }],
    ['linkLocal', { a: ['169.254.169.254'] }],
    ['metadata', { a: ['168.63.129.16'] }],
    ['private', { a: ['8.8.8.8', '10.0.0.1'] }],
    ['uniqueLocal', { a: ['8.8.8.8'], aaaa: ['fd00::1'] }],
  ])('that lead to a %s address are refused: %j', async (range, answer) => {
    const { port, asked } = await page();
    const { server } = await serveNames({ 'evil.test': () => answer });
    const { run } = await openTools({ dnsServers: [server] });
    await expect(run('http_request', { url: `http://evil.test:${port}/` })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_ADDRESS',
      details: { host: 'evil.test', range },
    });
    expect(asked).toEqual([]);
  });

  it('of this machine are refused as well', async () => {
    const { port, asked } = await page();
    const { run } = await openTools();
    await expect(run('http_request', { url: `http://localhost:${port}/` })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_ADDRESS',
    });
    expect(asked).toEqual([]);
  });

  it('nobody knows are told from servers that are down', async () => {
    const { server } = await serveNames({});
    const { run } = await openTools({ dnsServers: [server], allow: ['http://127.0.0.1:9'] });
    await expect(run('http_request', { url: 'http://no.test/' })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_DNS',
      details: { host: 'no.test', reason: 'ENOTFOUND' },
    });
    await expect(run('http_request', { url: 'http://127.0.0.1:9/' })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_CONNECT',
      details: { origin: 'http://127.0.0.1:9', reason: expect.stringContaining('ECONNREFUSED') as unknown },
    });
  });

  it('nobody answers for cost no more than the time of the call', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { run } = await openTools({ dnsServers: [`127.0.0.1:${silent.address().port}`] });
    await expect(run('http_request', { url: 'http://a.test/', timeoutMs: 200 })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_TIMEOUT',
    });
  });

  it('are never asked of what is no server', async () => {
    const { run } = await openTools({ dnsServers: ['not an address'] });
    await expect(run('http_request', { url: 'http://a.test/' })).rejects.toMatchObject({ code: 'RUSTIC_PLUGIN_SETUP' });
  });

  it('are asked for once: what was checked is what is connected to', async () => {
    const first = await serve((_, response) => response.end('first'));
    const second = await serve((_, response) => response.end('second'), '127.0.0.2', first.port);
    const names = await serveNames({
      'turn.test': (before) => ({ a: [before % 2 === 0 ? '127.0.0.1' : '127.0.0.2'] }),
    });
    const { say } = await openTools({ dnsServers: [names.server], allow: [`http://turn.test:${first.port}`] });
    const url = `http://turn.test:${first.port}/`;
    expect(await say('http_request', { url })).toMatch(/first$/);
    expect(await say('http_request', { url })).toMatch(/second$/);
    expect(names.asked.get('turn.test a')).toBe(2);
    expect([first.asked.length, second.asked.length]).toEqual([1, 1]);
  });

  it('that turn to loopback after they were checked reach nothing', async () => {
    const { port, asked } = await page();
    // 3000::1 is in the public range, and assigned to nobody.
    const names = await serveNames({
      'rebind.test': (before) => (before % 2 === 0 ? { aaaa: ['3000::1'] } : { a: ['127.0.0.1'], aaaa: ['::1'] }),
    });
    const { run } = await openTools({ dnsServers: [names.server] });
    const codes = new Set<string>();
    for (let time = 0; time < 12; time++)
      await run('http_request', { url: `http://rebind.test:${port}/`, timeoutMs: 250 }).catch(
        ({ code }: { code: string }) => codes.add(code),
      );
    expect(asked).toEqual([]);
    expect(codes).toContain('RUSTIC_HTTP_ADDRESS');
    expect([...codes].filter((code) => !/_(?:ADDRESS|CONNECT|TIMEOUT)$/.test(code))).toEqual([]);
  });
});
