import { describe, expect, it } from 'vitest';
import { read, running, sources } from './repository.js';

/** Lines of code that run: types, comments, blanks and the texts of errors do not count. */
const codeLines = (file: string) =>
  running(file)
    .split('\n')
    .filter((line) => /[^\s;]/.test(line) && !/^ *RUSTIC_\w+: row\(/.test(line)).length;
const sum = (files: readonly string[]) => files.reduce((total, file) => total + codeLines(file), 0);

describe('size', () => {
  it('of a file is at most 350 lines', () => {
    const sizes = sources.map((file) => ({ file, lines: read(file).trimEnd().split('\n').length }));
    const sorted = sizes.map(({ lines }) => lines).toSorted((a, b) => a - b);
    process.stdout.write(`median of ${sorted.length} files: ${sorted[Math.floor(sorted.length / 2)]} lines\n`);
    expect(sizes.filter(({ lines }) => lines > 350)).toEqual([]);
  });

  it.each([
    { part: 'kernel', limit: 1_600, pattern: /^kernel\/src\/(permissions\/)?(?!node|schema)[\w-]+\.ts$/ },
    { part: 'composing', limit: 250, pattern: /^kernel\/src\/compose\// },
    { part: 'kernel records', limit: 250, pattern: /^kernel\/src\/records\// },
    { part: 'permission matchers', limit: 1_000, pattern: /^kernel\/src\/permissions\/match\// },
  ])('of the $part is at most $limit lines of code that runs', ({ part, limit, pattern }) => {
    const lines = sum(sources.filter((file) => pattern.test(file)));
    process.stdout.write(`${part}: ${lines} of ${limit} lines\n`);
    expect(lines).toBeGreaterThan(0);
    expect(lines).toBeLessThanOrEqual(limit);
  });
});
