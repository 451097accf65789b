import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Json } from '@rustic-ai/kernel';
import { packTar, type TarHeader } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { openTools, type Tools } from './helper.js';

const kinds = ['zip', 'tar', 'tar.gz', 'tgz'];
const refused = (code: string, reason?: string) => ({
  code,
  ...(reason && { details: { reason: expect.stringContaining(reason) } }),
});

/** A zip with these entries, whatever they are called. The library refuses names that matter here: they go in afterwards. */
async function zipOf(entries: readonly { name: string; content?: string; mode?: number }[]): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  const isPlain = (name: string) => /^\w+$/.test(name);
  const standIn = (name: string) => (isPlain(name) ? name : '#'.repeat(name.length));
  for (const { content = '', mode = 0o100644, name } of entries)
    zip.addBuffer(Buffer.from(content), standIn(name), { mode, compress: true });
  zip.end();
  const blocks: Buffer[] = [];
  for await (const block of zip.outputStream) blocks.push(block as Buffer);
  const data = Buffer.concat(blocks).toString('latin1');
  const names = entries.map(({ name }) => name).filter((name) => !isPlain(name));
  return Buffer.from(
    names.reduce((text, name) => text.replaceAll(standIn(name), () => name), data),
    'latin1',
  );
}
const tarOf = (entries: readonly (Partial<TarHeader> & { name: string; content?: string })[]) =>
  packTar(
    entries.map(({ content = '', ...header }) => ({ header: { size: content.length, ...header }, body: content })),
  );
const outcome = async ({ run, path }: Tools, input: Json = { path: 'in', to: 'out' }) => {
  const result = await run('fs_archive_extract', input).catch((error: unknown) => error);
  return {
    result,
    out: await readdir(path('out'), { recursive: true }).catch(() => []),
    top: await readdir(path('.')),
  };
};

describe('an archive', () => {
  it.each(kinds)('of %s is made, listed and unpacked', async (kind) => {
    const { run, path, get, say } = await openTools();
    await mkdir(path('d/empty'), { recursive: true });
    await writeFile(path('d/a.sh'), 'run');
    await chmod(path('d/a.sh'), 0o755);
    await writeFile(path('d/ö\n'), Buffer.alloc(3_000_000, 7));
    await writeFile(path('x'), '');
    await symlink('a.sh', path('d/way'));
    expect(await say('fs_archive_create', { path: `to.${kind}`, from: ['d', 'x'] })).toBe(
      `Put 5 entries into to.${kind}. Left out, for they are links or special: 1.`,
    );
    const { data } = await run('fs_archive_list', { path: `to.${kind}` });
    expect((data as { entries: { name: string }[] }).entries.map(({ name }) => name)).toEqual([
      'd/',
      'd/a.sh',
      'd/empty/',
      'd/ö\n',
      'x',
    ]);
    expect(await say('fs_archive_extract', { path: `to.${kind}`, to: 'out' })).toBe('Unpacked 3 files into out.');
    expect(await get('out/d/a.sh')).toBe('run');
    expect((await stat(path('out/d/a.sh'))).mode & 0o777).toBe(0o755);
    expect((await readFile(path('out/d/ö\n'))).equals(Buffer.alloc(3_000_000, 7))).toBe(true);
    expect(await readdir(path('out/d'))).toEqual(['a.sh', 'empty', 'ö\n']);
    if (kind !== 'zip')
      expect(execFileSync('tar', ['-tf', path(`to.${kind}`)], { encoding: 'utf8' })).toContain('d/a.sh\n');
  });

  it('is unpacked as tar itself makes it, long names and links included', async () => {
    const tools = await openTools();
    const { path, get, run } = tools;
    const long = `${'n'.repeat(120)}/${'m'.repeat(120)}`;
    await mkdir(path(`d/${long}`), { recursive: true });
    await writeFile(path(`d/${long}/f`), 'far');
    await symlink('/etc/passwd', path('d/way'));
    for (const format of ['gnu', 'pax']) {
      execFileSync('tar', ['-czf', path(`${format}.tgz`), `--format=${format}`, '-C', path('d'), '.']);
      expect(await run('fs_archive_extract', { path: `${format}.tgz`, to: format })).toMatchObject({
        data: { files: 1, left: 1 },
      });
      expect(await get(`${format}/${long}/f`)).toBe('far');
    }
  });

  it('replaces files only when told to, and all of a failed one goes again', async () => {
    const tools = await openTools();
    const { path, put, get } = tools;
    await put(
      'in',
      await zipOf([
        { name: 'a', content: 'new a' },
        { name: 'b', content: 'new b' },
      ]),
    );
    await mkdir(path('out'));
    await put('out/b', 'mine');
    expect(await outcome(tools)).toMatchObject({ result: refused('RUSTIC_FS_EXISTS'), out: ['b'] });
    await tools.run('fs_archive_extract', { path: 'in', to: 'out', overwrite: true });
    expect([await get('out/a'), await get('out/b')]).toEqual(['new a', 'new b']);
    const broken = await zipOf([
      { name: 'c', content: 'fine' },
      { name: 'd', content: 'x'.repeat(5_000) },
    ]);
    // Where the packed content of the second one begins. Source: APPNOTE.TXT 4.3.7: 30 bytes and the name come before it.
    broken.fill(0xff, broken.lastIndexOf('PK\x03\x04') + 31, broken.lastIndexOf('PK\x03\x04') + 35);
    await put('in', broken);
    expect(await outcome(tools)).toMatchObject({ result: refused('RUSTIC_FS_ARCHIVE'), out: ['a', 'b'] });
  });

  it('of another kind, or damaged, is refused', async () => {
    const { run, put } = await openTools();
    const good = await tarOf([{ name: 'a', content: 'x'.repeat(2_000) }]);
    const bad: Record<string, Uint8Array | string> = {
      text: 'no archive',
      'cut.tgz': gzipSync(good).subarray(0, 30),
      'cut.tar': good.subarray(0, 1_000),
      'cut.zip': (await zipOf([{ name: 'a', content: 'x' }])).subarray(0, 60),
      'sum.tar': Buffer.concat([Buffer.from('b'), good.subarray(1)]),
    };
    for (const [path, content] of Object.entries(bad)) {
      await put(path, content);
      for (const tool of ['fs_archive_list', 'fs_archive_extract'])
        await expect(run(tool, tool === 'fs_archive_list' ? { path } : { path, to: 'out' })).rejects.toMatchObject({
          code: 'RUSTIC_FS_ARCHIVE',
        });
    }
    await put('x', '');
    await expect(run('fs_archive_create', { path: 'a.rar', from: ['x'] })).rejects.toMatchObject({
      code: 'RUSTIC_FS_ARCHIVE',
    });
    await expect(run('fs_archive_create', { path: 'a.zip', from: ['x', './x'] })).rejects.toMatchObject(
      refused('RUSTIC_FS_ARCHIVE', 'twice'),
    );
  });
});

describe('an archive that wants out', () => {
  const names = [
    '../evil',
    'a/../../evil',
    '/evil',
    '..',
    './../evil',
    'a\\..\\..\\evil',
    '..\\evil',
    'C:\\evil',
    'C:evil',
    'a/b/../../../evil',
    '//evil',
  ];
  it.each(names)('as zip with %s is refused as a whole', async (name) => {
    const tools = await openTools();
    await tools.put('in', await zipOf([{ name: 'fine' }, { name, content: 'evil' }]));
    const { result, out, top } = await outcome(tools);
    expect(result).toMatchObject({ code: 'RUSTIC_FS_ARCHIVE' });
    expect({ out, top }).toEqual({ out: [], top: ['in'] });
    expect(tools.kernel.asks).toEqual([]);
  });
  it.each(names)('as tar with %s is refused as a whole', async (name) => {
    const tools = await openTools();
    await tools.put('in', await tarOf([{ name: 'fine' }, { name, content: 'evil' }]));
    const { result, out, top } = await outcome(tools);
    expect(result).toMatchObject({ code: 'RUSTIC_FS_ARCHIVE' });
    expect({ out, top }).toEqual({ out: [], top: ['in'] });
  });

  it('with content that is not what its checksum says is refused', async () => {
    const tools = await openTools();
    const zip = new yazl.ZipFile();
    zip.addBuffer(Buffer.from('the right text'), 'a', { compress: false });
    zip.end();
    const blocks: Buffer[] = [];
    for await (const block of zip.outputStream) blocks.push(block as Buffer);
    const data = Buffer.concat(blocks);
    data.write('wrong', data.indexOf('right'));
    await tools.put('in', data);
    expect(await outcome(tools)).toMatchObject({ result: refused('RUSTIC_FS_ARCHIVE', 'checksum'), out: [] });
  });

  it('through a link it brings along gets neither the link nor the file', async () => {
    const tools = await openTools();
    const { put, path, run, get } = tools;
    await put(
      'in',
      await tarOf([
        { name: 'way', type: 'symlink', linkname: '/tmp' },
        { name: 'hard', type: 'link', linkname: '/etc/passwd' },
        { name: 'pipe', type: 'fifo' },
        { name: 'way/evil', content: 'kept inside' },
      ]),
    );
    expect(await run('fs_archive_extract', { path: 'in', to: 'out' })).toMatchObject({ data: { files: 1, left: 3 } });
    expect(await readdir(path('out'))).toEqual(['way']);
    expect(await get('out/way/evil')).toBe('kept inside');
    await put(
      'zip',
      await zipOf([
        { name: 'link', content: '/etc/passwd', mode: 0o120777 },
        { name: 'f', content: 'x', mode: 0o106777 },
      ]),
    );
    expect(await run('fs_archive_extract', { path: 'zip', to: 'two' })).toMatchObject({ data: { files: 1, left: 1 } });
    expect((await stat(path('two/f'))).mode & 0o7777).toBe(0o755);
  });

  it('through a link that is there already is judged where that leads', async () => {
    const { put, path, run, kernel } = await openTools({ answers: [{ outcome: 'deny' }] });
    await mkdir(path('out'));
    await mkdir(path('.git/hooks'), { recursive: true });
    await symlink('../.git/hooks', path('out/way'));
    await put('in', await tarOf([{ name: 'way/pre-commit', content: 'evil' }]));
    await expect(run('fs_archive_extract', { path: 'in', to: 'out' })).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_DENIED',
    });
    expect(kernel.asks[0]?.accesses).toContainEqual({ action: 'fs.write', resource: path('.git/hooks/pre-commit') });
    await symlink('/tmp', path('out/far'));
    await put('in', await tarOf([{ name: 'far/evil', content: 'evil' }]));
    await expect(run('fs_archive_extract', { path: 'in', to: 'out' })).rejects.toMatchObject({
      code: 'RUSTIC_PERMISSION_CEILING',
    });
  });

  it('with one name twice, also in another case, is refused', async () => {
    const tools = await openTools();
    for (const twice of [
      ['a', 'a'],
      ['a', 'A'],
      ['é', 'e\u0301'],
    ]) {
      await tools.put('in', await tarOf(twice.map((name) => ({ name, content: 'x' }))));
      expect(await outcome(tools)).toMatchObject({ result: refused('RUSTIC_FS_ARCHIVE', 'twice'), out: [] });
    }
  });
});

describe('an archive that becomes too much', () => {
  it('in bytes is stopped, and leaves nothing', async () => {
    const tools = await openTools();
    const bomb = '0'.repeat(40 * 1024 * 1024);
    await tools.put('in', await zipOf([{ name: 'bomb', content: bomb }]));
    expect(await outcome(tools)).toMatchObject({ result: refused('RUSTIC_FS_ARCHIVE', 'larger than'), out: [] });
    await tools.put('in', gzipSync(await tarOf([{ name: 'bomb', content: bomb }])));
    expect(await outcome(tools)).toMatchObject({ result: refused('RUSTIC_FS_ARCHIVE', 'larger than'), out: [] });
    await expect(tools.run('fs_archive_list', { path: 'in' })).rejects.toMatchObject({ code: 'RUSTIC_FS_ARCHIVE' });
  });

  it('in entries is refused', async () => {
    const tools = await openTools();
    await tools.put('in', await tarOf(Array.from({ length: 2_001 }, (_, n) => ({ name: `f${n}` }))));
    expect(await outcome(tools)).toMatchObject({
      result: refused('RUSTIC_FS_ARCHIVE', 'more than 2000 entries'),
      out: [],
    });
  });
});

describe('an archive that may not be read', () => {
  it('does not even tell the names of what is in it', async () => {
    const { put, run } = await openTools({ rules: [{ effect: 'deny', action: 'fs.read', match: 'in' }] });
    await put('in', await tarOf([{ name: 'secret-name', content: 'x' }]));
    const denied = await run('fs_archive_extract', { path: 'in', to: 'out' }).catch((error: unknown) => error);
    expect(denied).toMatchObject({ code: 'RUSTIC_PERMISSION_DENIED' });
    expect(JSON.stringify(denied)).not.toContain('secret-name');
  });
});
