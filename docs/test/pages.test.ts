import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kernelErrors } from '@rustic-ai/kernel';
import * as contracts from '@rustic-ai/kernel/contracts';
import { describe, expect, it } from 'vitest';
import { pages } from '../../.ci/docs.mjs';
import { files, read, root } from './repository.js';

const markdown = files.filter((file) => file.endsWith('.md'));
/** As GitHub names the headings of a page. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );

describe('pages', () => {
  it('made from code are what the code says', async () => {
    for (const [path, text] of Object.entries(await pages())) expect(read(path), 'run npm run docs').toBe(text);
  });

  it('know every code once', () => {
    const listed = [...read('docs/errors.md').matchAll(/^\| `(RUSTIC_\w+)`/gm)].map(([, code = '']) => code);
    expect(listed.filter((code, index) => listed.indexOf(code) !== index)).toEqual([]);
    const tables = Object.entries(contracts).filter(([name]) => name.endsWith('Errors'));
    const codes = [kernelErrors, ...tables.map(([, table]) => table as object)].flatMap((table) => Object.keys(table));
    expect(codes.filter((code) => !listed.includes(code))).toEqual([]);
  });

  it.each(markdown)('%s links to what is there', (file) => {
    const text = read(file)
      .replace(/^```[^]*?^```$/gm, '')
      .replace(/`[^`\n]*`/g, '');
    const links = [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(([, to = '']) => decodeURI(to));
    const broken = links.filter((to) => {
      if (/^[a-z]+:/.test(to)) return false;
      const [path = '', anchor] = to.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(root, target))) return true;
      if (anchor === undefined || !statSync(join(root, target)).isFile()) return false;
      return !anchors(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('every file', () => {
  it('names no folder of a machine', () => {
    const machine = new RegExp(
      ['work', 'farm', 'home/\\w+', 'Users/\\w+'].map((name) => `(?<![\\w.])/${name}/`).join('|'),
    );
    const text = files.filter((file) => file !== 'package-lock.json');
    expect(text.filter((file) => machine.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
