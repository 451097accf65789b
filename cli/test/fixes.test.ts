import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegistry, type Registry } from './compose.js';
import { notRun } from './fixes-by-hand.js';
import { type Given, plain, type Row, rows, summary, tool, turns } from './fixes-rows.js';
import { createProject, type Project, type ProjectOptions, type Ran, root } from './project.js';

/** Codes that this test meets under another's row, with a registry, or in a test of their own beside it. */
const elsewhere = [
  'RUSTIC_PLUGIN_UNKNOWN',
  'RUSTIC_LOCK_CONSENT_CHANGE',
  'RUSTIC_CONFIG_MISSING',
  'RUSTIC_CONFIG_OPTION',
  'RUSTIC_BIND_CHOICE',
  'RUSTIC_FS_UNDO',
  'RUSTIC_GRANT_PREFIX',
];

/** The words of a command line, without quotes. */
const wordsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
/** What doctor found stands on its standard output. */
const told = ({ stdout, stderr }: Ran) => (stderr.includes('RUSTIC_DOCTOR_FAILED') ? stdout : stderr);
const fixOf = (ran: Ran) => /Fix: (.*)/.exec(told(ran))?.[1] ?? '';

/** The command a fix names: the first words after `rustic` up to the end of the clause. */
function commandIn(fix: string, first: readonly string[], given: Given) {
  const [, own] = /(?:^|[\s(])rustic ((?:"[^"]*"|[^;,)])+)/.exec(fix) ?? [];
  const [, flags] = /again with (--.+?)$/.exec(fix) ?? [];
  const words = own ? wordsOf(own.trim().replace(/\.$/, '')) : flags ? [...first, ...wordsOf(flags)] : undefined;
  return words?.map((word) => given[word] ?? word.replace(/=VALUE$/, `=${given['VALUE'] ?? 'VALUE'}`));
}

/**
 * Does what fixes say until a command works, and what they say about a command that fails of its own.
 *
 * Shape: every code that was met.
 */
async function mended(project: Project, first: readonly string[], row: Row): Promise<readonly string[]> {
  const met: string[] = [];
  const given = typeof row.given === 'function' ? await row.given(project) : row.given;
  let next = first;
  for (let round = 0; round < 8; round++) {
    const isFirst = next === first;
    const ran = await project.piped(isFirst ? '' : (row.stdin ?? ''), ...next);
    if (ran.code === 0 && (isFirst || row.afterwards?.('').length === 0)) return met;
    if (ran.code === 0) {
      next = first;
      continue;
    }
    met.push(...[...told(ran).matchAll(/RUSTIC_[A-Z_]+/g)].map(([code]) => code));
    const fix = fixOf(ran);
    if (round === 0) row.byHand?.(project, ran);
    const other = isFirst ? row.afterwards?.(fix) : undefined;
    const command = commandIn(fix, next, given ?? {});
    if (other && other.length > 0) first = next = other;
    else if (command) next = command;
    else if (row.byHand && round === 0) next = first;
    else throw new Error(`no command in: ${fix}\n${told(ran)}`);
  }
  throw new Error(`it leads nowhere: rustic ${next.join(' ')}, after ${met.join(', ')}`);
}

describe('the fix of an error', () => {
  it('is run by a test for every code, or it is said why not', () => {
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const codes = [...new Set([...text.matchAll(/^\| `(RUSTIC_\w+)`/gm)].map(([, code = '']) => code))];
    const listed = [...Object.keys(rows), ...elsewhere, ...Object.values(notRun).flat()];
    expect(listed.toSorted()).toEqual(codes.toSorted());
  });

  it.each(Object.entries(rows))('%s works', async (code, row) => {
    const project = await createProject(row.project ?? plain);
    const first = (await row.break?.(project)) ?? ['run', 'hi'];
    if (code === 'RUSTIC_INTERRUPTED' || code === 'RUSTIC_TERMINATED') {
      const { stdout } = await project.rustic('explain', code);
      const command = commandIn(stdout, [], {}) ?? [];
      expect(await project.rustic(...command)).toMatchObject({ code: 0, stdout: 'Hi.\n' });
      return;
    }
    expect(await mended(project, first, row)).toContain(code);
  });
});

describe('the fix of an error about what is installed', () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = await createRegistry();
    const config = {
      type: 'object',
      required: ['city'],
      properties: { city: { type: 'string', description: 'Where' } },
    };
    registry.put({
      ...tool('asks', 'ask'),
      name: 'rustic-plugin-asks',
      manifest: { ...tool('asks', 'ask').manifest, config },
    });
    for (const id of ['left', 'right'])
      registry.put({
        name: `rustic-plugin-${id}`,
        manifest: { id, contributes: { service: { workspace: summary } } },
        code: 'export default { setup: () => ({ service: { workspace: {} } }) };',
      });
    registry.put({
      name: 'rustic-plugin-needs',
      manifest: { ...tool('needs', 'need').manifest, requires: { workspace: { one: 'workspace' } } },
      code: tool('needs', 'need').code ?? '',
    });
  });
  afterAll(() => registry.close());
  const empty = { turns, modules: false, composition: { plugins: [] } };
  const opened = (options: ProjectOptions = empty) => createProject({ ...options, env: registry.env });

  it('works: RUSTIC_CONFIG_OPTION, then RUSTIC_LOCK_CONSENT_CHANGE', async () => {
    const project = await opened();
    const row = { given: { VALUE: 'Ulm' } };
    const met = await mended(project, ['add', 'rustic-plugin-asks'], row);
    expect(met).toEqual(expect.arrayContaining(['RUSTIC_CONFIG_OPTION', 'RUSTIC_LOCK_CONSENT_CHANGE']));
    expect(project.read('rustic.json')).toContain('"city": "Ulm"');
  });

  it('works: RUSTIC_BIND_CHOICE', async () => {
    const project = await opened();
    const ran = await project.rustic(
      'add',
      'rustic-plugin-left',
      'rustic-plugin-right',
      'rustic-plugin-needs',
      '--yes',
    );
    expect(ran.stderr).toContain('RUSTIC_BIND_CHOICE');
    const [, choice = ''] = /as --bind (\S+)/.exec(fixOf(ran)) ?? [];
    const again = [
      'add',
      'rustic-plugin-left',
      'rustic-plugin-right',
      'rustic-plugin-needs',
      '--yes',
      '--bind',
      choice,
    ];
    expect(await project.rustic(...again)).toMatchObject({ code: 0 });
  });

  it('works: RUSTIC_PLUGIN_UNKNOWN', async () => {
    const project = await opened();
    expect(await project.rustic('add', 'rustic-plugin-left', '--yes')).toMatchObject({ code: 0 });
    rmSync(join(project.folder, 'node_modules/rustic-plugin-left'), { recursive: true });
    const ran = await project.rustic('lock');
    expect(ran.stderr).toContain('RUSTIC_PLUGIN_UNKNOWN');
    expect(fixOf(ran)).toBe('Run: npm install rustic-plugin-left');
    const healed = await project.rustic('doctor', '--fix');
    expect(healed).toMatchObject({ code: 0, stdout: expect.stringContaining('npm installed rustic-plugin-left\n') });
    expect(await project.rustic('lock')).toMatchObject({ code: 0 });
  });

  it('works: RUSTIC_CONFIG_MISSING', async () => {
    const project = await opened({ turns, modules: false, composition: false });
    const met = await mended(project, ['lock', '--accept'], {});
    expect(met).toContain('RUSTIC_CONFIG_MISSING');
    expect(existsSync(join(project.folder, 'rustic.lock'))).toBe(true);
  });
});

describe('the fix of an error about what was done', () => {
  it('works: RUSTIC_FS_UNDO', async () => {
    const writes = [{ calls: [{ tool: 'fs_write', input: { path: 'a.txt', content: 'a' } }] }, { say: 'Made.' }];
    const project = await createProject({ turns: writes, answers: [{ answer: 'once' }], locked: true });
    expect(await project.rustic('run', 'make')).toMatchObject({ code: 0 });
    project.write('a.txt', 'mine');
    const ran = await project.rustic('session', 'undo');
    expect(ran.stderr).toContain('RUSTIC_FS_UNDO');
    expect(fixOf(ran)).toContain('--force');
    expect(await project.rustic('session', 'undo', '--force')).toMatchObject({ code: 0 });
  });
});
