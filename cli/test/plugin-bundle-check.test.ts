import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, openBundle, type OpenBundle, skill, whole } from './bundles.js';
import { root } from './project.js';

describe('rustic plugin check of a bundle', () => {
  const checked = async (bundle: OpenBundle) => {
    const { stdout } = await bundle.rustic('check', '--json');
    return (JSON.parse(stdout) as { checks: readonly { name: string; ok: boolean; note: string; fix?: string }[] })
      .checks;
  };
  const failed = async (bundle: OpenBundle) =>
    (await checked(bundle)).filter(({ ok }) => !ok).map(({ name, note }) => `${name}: ${note}`);

  it('finds nothing wrong, and holds each skill to its rules', async () => {
    const bundle = await openBundle(whole);
    await bundle.rustic('bundle');
    const checks = await checked(bundle);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.slice(-2).map(({ name, note }) => `${name}: ${note}`)).toEqual([
      'skills: dist is what 2 of them make of it',
      'conformance: 22 rules hold',
    ]);
  });

  it.each<[what: string, stale: string, change: (bundle: OpenBundle) => void]>([
    [
      'a text that changed since',
      'dist/texts/tidy-\\w{8}.js',
      ({ write }) => write('skills/tidy/SKILL.md', skill('tidy', '', 'New')),
    ],
    [
      'a description that changed since',
      'package.json#rustic',
      ({ write }) => write('skills/tidy/SKILL.md', skill('tidy').replace('Fills', 'Cuts')),
    ],
    ['a skill that is new', 'package.json#rustic', ({ write }) => write('skills/new/SKILL.md', skill('new'))],
    ['a file nobody made', 'dist/extra.js', ({ write }) => write('dist/extra.js', '')],
    [
      'code somebody changed',
      'dist/index.js',
      ({ write, read }) => write('dist/index.js', `${read('dist/index.js')}//`),
    ],
  ])('says that dist is stale: %s', async (_, stale, change) => {
    const bundle = await openBundle(whole);
    await bundle.rustic('bundle');
    change(bundle);
    expect(await failed(bundle)).toEqual([
      expect.stringMatching(new RegExp(`^skills: RUSTIC_SKILL_STALE: ${stale} is not what skills/ makes of it.$`)),
      'conformance: not looked at, because of what failed',
    ]);
    expect(await bundle.rustic('pack')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('RUSTIC_SKILL_STALE'),
    });
  });

  it('says what is wrong with a folder', async () => {
    const bundle = await openBundle(whole);
    await bundle.rustic('bundle');
    bundle.write('skills/tidy/SKILL.md', '# Tidy');
    expect((await failed(bundle))[0]).toBe(
      'skills: RUSTIC_SKILL_INVALID: skills/tidy/SKILL.md: it has no front matter.',
    );
  });

  it('refuses a script that runs when it is installed', async () => {
    const bundle = await openBundle({ 'package.json': json({ scripts: { postinstall: 'x' } }) });
    await bundle.rustic('bundle');
    expect((await failed(bundle))[0]).toContain('runs postinstall');
  });

  it('packs it, and starts it where nothing else is', async () => {
    const bundle = await openBundle(whole);
    await bundle.rustic('bundle');
    const { code, stdout } = await bundle.rustic('pack');
    expect(code).toBe(0);
    expect(stdout).toContain('It locks and starts where nothing else is.');
    expect(stdout).toContain('dist/skills/pdf-forms/scripts/fill.py');
  });
});

describe('rustic plugin dev of a bundle', () => {
  it('puts other texts in the place of what runs', async () => {
    const bundle = await openBundle({ 'package.json': json({ scripts: { build: 'rustic plugin bundle' } }) });
    mkdirSync(join(bundle.folder, 'node_modules'));
    symlinkSync(join(root, 'node_modules/.bin'), join(bundle.folder, 'node_modules/.bin'));
    const { seen, type, child, ended } = bundle.start('dev');
    await seen('tidy {}   (skill)');
    type('tidy {}\n');
    await seen('"text":"# Do it"');
    bundle.write('skills/tidy/SKILL.md', skill('tidy', '', '# Do it well'));
    await seen('Reloaded in ');
    type('tidy {}\n');
    await seen('"text":"# Do it well"');
    bundle.write('skills/tidy/SKILL.md', '# Tidy');
    await seen('skills/tidy/SKILL.md: it has no front matter.');
    type('tidy {"file":"nothing"}\n');
    await seen('RUSTIC_SKILL_FILE');
    child.stdin?.end();
    expect((await ended).code).toBe(0);
  });
});
