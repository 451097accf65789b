import { createErrors, errorInfo, isRusticError, kernelErrors, RusticError } from '@rustic-ai/kernel';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
async function textOf(...patterns: string[]): Promise<string> {
  const texts: string[] = [];
  for await (const file of glob(patterns, {
    cwd: repository,
    exclude: (path) => /node_modules|dist|errors\.test/.test(String(path)),
  }))
    texts.push(await readFile(join(repository, file), 'utf8'));
  return texts.join('\n');
}
const codes = Object.keys(kernelErrors).toSorted();
const fail = createErrors(kernelErrors);

describe('the table of errors', () => {
  it('has a place that throws each code, and no other code is thrown', async () => {
    const source = await textOf('kernel/src/**/*.ts');
    const thrown = new Set([...source.matchAll(/kernelError\(\s*'(RUSTIC_\w+)'/g)].map(([, code]) => code));
    expect([...thrown].toSorted()).toEqual(codes);
  });

  it('has a test that provokes each code', async () => {
    const tests = await textOf('kernel/test/*.test.ts', 'plugins/*/test/*.test.ts', 'cli/test/**/*.test.ts');
    expect(codes.filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
  });

  it.each(Object.entries(kernelErrors))('says what happened and what to do: %s', (code, { message, fix, severity }) => {
    expect(code).toMatch(/^RUSTIC_[A-Z]+(_[A-Z]+)*$/);
    expect(message).toMatch(/\S.*[.}]$/);
    expect(fix).toMatch(/\S{3}/);
    expect(['error', 'fatal']).toContain(severity);
    const names = [...`${message} ${fix}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
    const details = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
    const error = fail(code as keyof typeof kernelErrors, details as never);
    expect(`${error.message} ${error.fix}`).not.toMatch(/\{\w+\}|undefined/);
    for (const name of names) expect(`${error.message} ${error.fix}`).toContain(`<${name}>`);
  });
});

describe('an error', () => {
  it('carries code, message, fix, details and cause', () => {
    const cause = new Error('disk');
    const error = fail('RUSTIC_LOCK_INVALID', { path: '/x', reason: 'no' }, cause);
    expect(error).toBeInstanceOf(RusticError);
    expect(error).toMatchObject({
      name: 'RusticError',
      code: 'RUSTIC_LOCK_INVALID',
      message: 'The lock at /x can not be read: no',
      fix: 'Run: rustic lock',
      details: { path: '/x', reason: 'no' },
    });
    expect(error.cause).toBe(cause);
    expect('cause' in fail('RUSTIC_KERNEL_DISPOSED', {})).toBe(false);
  });

  it('shows values that are no text as JSON', () => {
    expect(fail('RUSTIC_PLUGIN_API', { package: 'a', found: null, supported: 1 }).message).toBe(
      'The plugin "a" speaks API version null; this kernel speaks 1.',
    );
  });

  it('fills in text as it is, whatever it looks like', () => {
    expect(fail('RUSTIC_INTERNAL', { reason: '{reason} $& $1' }).message).toBe(
      'Something threw an error without a code: {reason} $& $1',
    );
  });

  it.each<[string, unknown, string]>([
    ['an error', new TypeError('no'), 'no'],
    ['text', 'no', 'no'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['an object without a prototype', Object.create(null), 'it can not be shown'],
    ['a look-alike', { code: 'RUSTIC_LOCK_MISSING', message: 'x' }, '[object Object]'],
  ])('without a code becomes one: %s', (_, thrown, reason) => {
    expect(isRusticError(thrown)).toBe(false);
    expect(errorInfo(thrown)).toEqual({
      code: 'RUSTIC_INTERNAL',
      message: `Something threw an error without a code: ${reason}`,
      fix: 'Report it with the output of --debug.',
      details: { reason },
    });
  });

  it('is data that survives JSON', () => {
    const info = errorInfo(fail('RUSTIC_PLUGIN_API', { package: 'a', found: 2, supported: 1 }));
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
    expect(errorInfo(fail('RUSTIC_KERNEL_DISPOSED', {}))).toEqual({
      code: 'RUSTIC_KERNEL_DISPOSED',
      message: 'The kernel was disposed.',
      fix: 'Create another one.',
    });
  });
});
