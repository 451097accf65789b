import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyPlugin } from '@rustic-ai/kernel';
import { scoreOf, skillSuite } from '@rustic-ai/kernel/testing';
import { cliError } from '../errors.js';
import type { SkillBundle } from './bundle.js';

/**
 * Holds every skill of a bundle to the rules of its contract. Its code is what was made of its folders, so it may be run
 * here.
 *
 * Throws: `RUSTIC_PLUGIN_CHECK` with the first rule that does not hold.
 */
export async function skillsHold(root: string, { skills }: SkillBundle): Promise<string> {
  const { href } = pathToFileURL(join(root, 'dist/index.js'));
  const { default: plugin } = (await import(href)) as { readonly default: AnyPlugin };
  let passed = 0;
  for (const { name } of skills) {
    const score = await scoreOf(`skill ${name}`, skillSuite, { plugins: [plugin], name });
    const broken = score.rules.find(({ ok }) => !ok);
    if (broken)
      throw cliError('RUSTIC_PLUGIN_CHECK', {
        what: `skill ${name} ${broken.says}: ${broken.reason}`,
        fix: 'Correct it below skills/, then run: rustic plugin bundle',
      });
    passed += score.passed;
  }
  return `${passed} rules hold`;
}
