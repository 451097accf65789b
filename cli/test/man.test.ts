import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './project.js';
import { commands } from './table.js';

const folder = join(root, 'cli/dist/man');
const { man } = JSON.parse(readFileSync(join(root, 'cli/package.json'), 'utf8')) as { man: readonly string[] };
const pageOf = (words: readonly string[]) => `${['rustic', ...words].join('-')}.1`;
/** A page as somebody reads it. */
function rendered(page: string): string {
  const { stdout } = spawnSync('mandoc', ['-T', 'ascii', '-O', 'width=200', join(folder, page)], { encoding: 'utf8' });
  return stdout.replaceAll(/.\u0008/g, '');
}

describe('the manual', () => {
  it('has a page for each command and no other, and npm installs all of them', () => {
    const wanted = commands().map(({ words }) => pageOf(words));
    expect(wanted).toContain('rustic.1');
    expect(wanted).toContain('rustic-session-list.1');
    expect(readdirSync(folder).toSorted()).toEqual(wanted.toSorted());
    expect(man.map((path) => basename(path)).toSorted()).toEqual(wanted.toSorted());
    expect(man.every((path) => path.startsWith('./dist/man/'))).toBe(true);
  });

  it('says what help says: flags, examples and the pages beside', () => {
    for (const { words, flags, help, below } of commands()) {
      const text = rendered(pageOf(words));
      const name = ['rustic', ...words].join('-');
      expect(text).toContain(`\nNAME\n       ${name} - `);
      const lines = text.split('\n').map((line) => line.trim());
      const terms = lines.filter((line) => line.startsWith('-')).join(' ');
      for (const flag of flags) expect(terms.split(/[\s,]+/), `${name} ${flag}`).toContain(flag);
      const examples = (help.split('\nExamples:\n')[1] ?? '').trim().split('\n');
      for (const example of examples) expect(lines, name).toContain(example.trim());
      for (const one of below) expect(text).toContain(`${name}-${one}(1)`);
    }
    const text = rendered('rustic.1');
    expect(text).toMatch(/EXIT STATUS\n {7}0 +It worked\./);
    expect(text).toMatch(/\n {7}143 +It was told to end \(SIGTERM\)\./);
  });

  it('is written as mandoc wants it', () => {
    const pages = readdirSync(folder).map((page) => join(folder, page));
    const { stdout, error } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', ...pages], { encoding: 'utf8' });
    expect(error).toBeUndefined();
    // A build has no date of its own: the same sources give the same bytes on any day.
    expect(stdout.split('\n').filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
    const broken = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning'], { input: '.SH NAME\n.TP\n', encoding: 'utf8' });
    expect(broken.stdout).not.toBe('');
  });
});
