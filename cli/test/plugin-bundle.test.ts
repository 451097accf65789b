import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyPlugin } from '@rustic-ai/kernel';
import { createTestKernel } from '@rustic-ai/kernel/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Files, json, openBundle, png, skill, whole } from './bundles.js';

/** The skills of what was made, in a kernel. */
async function skillsIn(folder: string) {
  const { href } = pathToFileURL(join(folder, 'dist/index.js'));
  const { default: plugin } = (await import(href)) as { readonly default: AnyPlugin };
  const kernel = await createTestKernel({ plugins: [plugin] });
  onTestFinished(() => kernel.dispose());
  return kernel.use('skill');
}

describe('rustic plugin bundle', () => {
  it('makes a plugin of folders, with what they say of themselves in its manifest', async () => {
    const bundle = await openBundle(whole);
    chmodSync(join(bundle.folder, 'skills/pdf-forms/scripts/fill.py'), 0o755);
    const { code, stdout, stderr } = await bundle.rustic('bundle');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^skill pdf-forms: Fills forms\. Use it for forms\.\nskill tidy: .*\nWrote skills-forms into dist/,
    );
    expect(bundle.manifest()).toEqual({
      apiVersion: 1,
      id: 'skills-forms',
      contributes: {
        skill: {
          'pdf-forms': {
            summary: 'Fills forms. Use it for forms.',
            facts: {
              license: 'MIT',
              compatibility: 'Needs python 3',
              metadata: { version: '1.0' },
              allowedTools: 'fs_read Bash(git:*)',
            },
          },
          tidy: { summary: 'Fills forms. Use it for forms.' },
        },
      },
    });
    // Only what is more than text lies in a folder.
    expect(bundle.files()).toEqual([
      'dist/index.js',
      'dist/manifest.js',
      'dist/skills/pdf-forms/SKILL.md',
      'dist/skills/pdf-forms/assets/logo.png',
      'dist/skills/pdf-forms/references/fields.md',
      'dist/skills/pdf-forms/scripts/fill.py',
      expect.stringMatching(/^dist\/texts\/pdf-forms-[0-9a-f]{8}\.js$/),
      expect.stringMatching(/^dist\/texts\/tidy-[0-9a-f]{8}\.js$/),
    ]);
    const skills = await skillsIn(bundle.folder);
    expect(await skills.get('tidy').invoke({})).toEqual({ text: '# Do it', files: [] });
    const folder = join(bundle.folder, 'dist/skills/pdf-forms');
    const files = ['assets/logo.png', 'references/fields.md', 'scripts/fill.py'];
    const pdf = skills.get('pdf-forms');
    expect(await pdf.invoke({})).toEqual({ text: '# Do it', files, folder });
    const text = String(whole['skills/pdf-forms/references/fields.md']);
    expect(await pdf.invoke({ file: 'references/fields.md' })).toEqual({ text, files, folder });
    expect(statSync(join(folder, 'scripts/fill.py')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, 'assets/logo.png'))).toEqual(Buffer.from(png));
  });

  it.each([
    '../../package.json',
    '/etc/hosts',
    'references/../SKILL.md',
    'assets/logo.png',
    '',
    'nothing.md',
    'constructor',
    '__proto__',
  ])('makes skills that refuse %j', async (file) => {
    const bundle = await openBundle(whole);
    await bundle.rustic('bundle');
    const reading = (await skillsIn(bundle.folder)).get('pdf-forms').invoke({ file });
    await expect(reading).rejects.toMatchObject({
      code: 'RUSTIC_SKILL_FILE',
      fix: 'Read one of its text files: references/fields.md, scripts/fill.py.',
    });
  });

  it('writes the same again, and leaves nothing of before', async () => {
    const bundle = await openBundle(whole);
    await bundle.rustic('bundle');
    const before = bundle.files().map((path) => bundle.read(path));
    bundle.write('dist/old.js', '');
    expect(JSON.parse((await bundle.rustic('bundle', '--json')).stdout)).toMatchObject({
      id: 'skills-forms',
      files: 8,
    });
    expect(bundle.files().map((path) => bundle.read(path))).toEqual(before);
    expect(readdirSync(bundle.folder).toSorted()).toEqual(['README.md', 'dist', 'package.json', 'skills']);
  });

  it('takes a link to a file of the same skill for that file, and leaves out what is hidden', async () => {
    const bundle = await openBundle({
      'skills/tidy/a.md': 'A',
      'skills/tidy/.env': 'KEY=1',
      'skills/.git/config': 'x',
    });
    symlinkSync('a.md', join(bundle.folder, 'skills/tidy/b.md'));
    await bundle.rustic('bundle');
    const tidy = (await skillsIn(bundle.folder)).get('tidy');
    expect(await tidy.invoke({ file: 'b.md' })).toEqual({ text: 'A', files: ['a.md', 'b.md'] });
  });

  const at = 'skills/tidy/SKILL.md';
  it.each<[what: string, says: RegExp, files: Files]>([
    ['no skills', /skills: there is no such folder/, { [at]: undefined }],
    ['a folder without a SKILL.md', /skills\/other: it has no SKILL\.md/, { 'skills/other/skill.md': skill('other') }],
    ['no front matter', /it has no front matter/, { [at]: '# Tidy' }],
    ['front matter without an end', /it has no front matter/, { [at]: '---\nname: tidy\n' }],
    [
      'front matter that is not YAML',
      /SKILL\.md:3: its front matter is not YAML/,
      { [at]: '---\nname: tidy\ndescription: a: b\n---\nx' },
    ],
    ['a field twice', /SKILL\.md:4: .*not YAML.*unique/, { [at]: skill('tidy', 'name: tidy\n') }],
    ['a list', /names no fields/, { [at]: '---\n- a\n---\nx' }],
    ['an alias', /its front matter has an alias/, { [at]: '---\nname: &a tidy\ndescription: *a\n---\nx' }],
    ['a field of its own', /"version" is no field/, { [at]: skill('tidy', 'version: 1\n') }],
    ['no name', /it has no name/, { [at]: '---\ndescription: x\n---\nx' }],
    ['a name that is none', /"Tidy" is no name of a skill/, { [at]: skill('Tidy') }],
    ['another name than its folder', /its name is "neat", and its folder is "tidy"/, { [at]: skill('neat') }],
    ['a name too long', /1 to 64 characters.*it has 65/, { [at]: skill('a'.repeat(65)) }],
    ['no description', /it has no description/, { [at]: '---\nname: tidy\n---\nx' }],
    ['a description too long', /it has 1025/, { [at]: `---\nname: tidy\ndescription: ${'a'.repeat(1_025)}\n---\nx` }],
    ['an empty description', /description must be text/, { [at]: '---\nname: tidy\ndescription: ""\n---\nx' }],
    [
      'hidden characters',
      /none of them hidden; it has "a\\u\{202e\}b"/,
      { [at]: '---\nname: tidy\ndescription: a\u202eb\n---\nx' },
    ],
    [
      'a compatibility too long',
      /compatibility must be text/,
      { [at]: skill('tidy', `compatibility: ${'a'.repeat(501)}\n`) },
    ],
    [
      'metadata that is no text',
      /metadata\.version is no text/,
      { [at]: skill('tidy', 'metadata:\n  version: 1.0\n') },
    ],
    ['tools that are none', /allowed-tools must be text/, { [at]: skill('tidy', 'allowed-tools: 3\n') }],
    ['nothing below', /says nothing below/, { [at]: skill('tidy', '', ' \n') }],
    ['a SKILL.md that is no text', /it is no text of at most 262144 bytes/, { [at]: new Uint8Array([0xff, 0xfe]) }],
    ['a SKILL.md too long', /it is no text of at most 262144 bytes/, { [at]: skill('tidy', '', 'a'.repeat(262_144)) }],
    ['too many bytes', /it has \d+ bytes; 8388608 is the most/, { 'skills/tidy/data.bin': new Uint8Array(8_388_608) }],
    ['a name no system takes', /characters that not every system takes/, { 'skills/tidy/a\\b.md': '' }],
    ['a package that is no plugin', /"forms" is no name of a plugin/, { 'package.json': json({ name: 'forms' }) }],
  ])('refuses %s, and writes nothing', async (_, says, files) => {
    const bundle = await openBundle(files);
    const before = bundle.read('package.json');
    const { code, stdout, stderr } = await bundle.rustic('bundle');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^RUSTIC_SKILL_INVALID: .*\nFix: \S/);
    expect(existsSync(join(bundle.folder, 'dist'))).toBe(false);
    expect(bundle.read('package.json')).toBe(before);
  });

  it.each<[what: string, says: string, target: string, link: string]>([
    ['a file of another folder', 'leads out of its folder', '../../package.json', 'skills/tidy/a.md'],
    ['a file of the machine', 'leads out of its folder', '/etc/hosts', 'skills/tidy/a.md'],
    ['another skill', 'leads out of its folder', '../other/SKILL.md', 'skills/tidy/a.md'],
    ['nothing', 'leads nowhere', 'missing.md', 'skills/tidy/a.md'],
    ['a folder', 'a link to something else than a file', 'references', 'skills/tidy/a'],
    ['itself', 'leads nowhere', 'a.md', 'skills/tidy/a.md'],
    ['a skill elsewhere', 'it is a link, or lies behind one', '../../outside', 'skills/outside'],
  ])('refuses a link to %s', async (_, says, target, link) => {
    const bundle = await openBundle({
      'skills/other/SKILL.md': skill('other'),
      'skills/tidy/references/a.md': 'A',
      '../outside/SKILL.md': skill('outside'),
    });
    symlinkSync(target, join(bundle.folder, link));
    const { code, stderr } = await bundle.rustic('bundle');
    expect(code).toBe(1);
    expect(stderr).toContain(`RUSTIC_SKILL_INVALID: ${link}: `);
    expect(stderr).toContain(says);
  });

  it.each(['src/index.ts', 'dist/index.js'])('leaves a package alone that has code of its own in %s', async (file) => {
    const bundle = await openBundle({ [file]: 'export default {};' });
    const { code, stderr } = await bundle.rustic('bundle');
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('it has code of its own in src or dist'),
    });
    expect(bundle.read(file)).toBe('export default {};');
    expect(bundle.manifest()).toBeUndefined();
  });
});
