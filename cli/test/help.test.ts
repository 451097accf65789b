import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, resultOf, root } from './project.js';
import { commands, wrongWith } from './table.js';

/** The commands of this program in an example, without what stands around them. */
const ownCommands = (line: string) =>
  [...line.matchAll(/(?:^|\| |\()(rustic(?: (?:"[^"]*"|'[^']*'|[^\s|()<>]+))+)/g)].map(([, command = '']) => command);

describe('help', () => {
  it('shows examples of each command, and they are of that command', () => {
    for (const { words, help } of commands()) {
      const name = ['rustic', ...words].join(' ');
      const examples = (help.split('\nExamples:\n')[1] ?? '').trimEnd().split('\n');
      for (const example of examples) {
        expect(example, name).toMatch(/^ {2}\S/);
        const own = ownCommands(example.trim());
        expect(own, `${name}: ${example}`).not.toEqual([]);
        for (const command of own) {
          expect(command.startsWith(name), `${name}: ${command}`).toBe(true);
          expect(wrongWith(command), command).toBeUndefined();
        }
      }
    }
  });
});

/** What somebody is told to type: from `rustic` after a colon to the end of the sentence or of the quoted text. */
const told = (text: string) =>
  [...text.matchAll(/(?<=: )rustic(?: (?:[a-z-]+|ID|"[^"\n]*"|'[^'\n]*'|--?[\w-]+|\{\w+\})(?=[\s.,;:)`|'"]|$))+/g)].map(
    ([command]) => command,
  );

describe('every fix', () => {
  const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `RUSTIC_'));

  it('in the tables of errors names commands that are there', () => {
    const fixes = rows.flatMap((row) => told(row.split(/(?<!\\)\|/)[5] ?? ''));
    expect(fixes).toContain('rustic lock --accept');
    expect(fixes).toContain('rustic session export ID --format jsonl');
    expect(fixes.filter((line) => wrongWith(line) !== undefined)).toEqual([]);
  });

  it('that is written where it is thrown does so as well', () => {
    const files = globSync(['kernel/src/**/*.ts', 'cli/src/**/*.ts', 'plugins/*/src/**/*.ts'], { cwd: root });
    const hints = files.flatMap((file) => told(readFileSync(join(root, file), 'utf8')));
    expect(hints).toContain('rustic --help');
    expect(hints.filter((line) => wrongWith(line) !== undefined)).toEqual([]);
  });

  it('that names no command would be found', () => {
    expect(told('Correct it, then run: rustic frobnicate --hard, or wait.')).toEqual(['rustic frobnicate --hard']);
    expect(wrongWith('rustic frobnicate --hard')).toBe('there is no such command');
    expect(wrongWith('rustic lock --hard')).toBe('it has no --hard');
    expect(wrongWith('rustic session')).toBe('its command is missing');
    expect(wrongWith('rustic session nothing')).toBe('its command is missing');
  });
});

describe('a name that is nearly one of the composition', () => {
  it.each([
    ['--model', 'scripted/scenari', 'model', 'scripted/scenario'],
    ['--agent', 'mian', 'agent', 'main'],
  ])('after %s gets a suggestion', async (flag, name, what, meant) => {
    const project = await createProject({ turns: [{ say: 'Hi.' }], locked: true });
    expect(await project.rustic('run', 'hi', flag, name)).toEqual({
      code: 3,
      stdout: '',
      stderr:
        `RUSTIC_CAPABILITY_NOT_FOUND: There is no ${what} named "${name}".\n` +
        `Fix: Did you mean "${meant}"?\nMore: rustic explain RUSTIC_CAPABILITY_NOT_FOUND\n`,
    });
    const { code, stdout } = await project.rustic('run', 'hi', flag, name, '--json');
    expect(code).toBe(3);
    expect(resultOf(stdout)).toMatchObject({ errors: [{ code: 'RUSTIC_CAPABILITY_NOT_FOUND' }] });
    expect(await project.rustic('run', 'hi', flag, meant)).toMatchObject({ code: 0 });
  });
});
