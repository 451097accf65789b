import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startModelMock } from '@rustic-ai/kernel/testing';
import { parse } from 'jsonc-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProduct, type Format } from './built.js';
import { createProject, root } from './project.js';

type Listed = string | readonly [name: string, options: object];
interface Composition {
  readonly plugins: readonly Listed[];
}
let mock: Awaited<ReturnType<typeof startModelMock>>;
beforeAll(async () => {
  mock = await startModelMock(fileURLToPath(new URL('./cli.js', import.meta.resolve('@copilotkit/aimock'))));
});
afterAll(() => mock.close());

const greeting = 'You said hello, and I say “grüß dich” 🦀.\n';
/** Of each example: what its model is told so that it is found, what it says, and what it can not be built as. */
interface Example {
  readonly provider: string;
  options(): object;
  readonly says: string;
  readonly not: readonly Format[];
}
const none: Example = { provider: '', options: () => ({}), says: '', not: [] };
const examples: Readonly<Record<string, Example>> = {
  minimal: {
    provider: 'provider-scripted',
    options: () => ({ scenario: 'scenario.json' }),
    says: 'Here I am.\n',
    not: [],
  },
  ops: {
    provider: 'provider-anthropic',
    options: () => ({ baseUrl: mock.url, apiKey: { $file: 'key.txt' }, models: ['claude-sonnet-4-6'] }),
    says: greeting,
    not: ['file'],
  },
  local: {
    provider: 'provider-ollama',
    options: () => ({ baseUrl: mock.url, models: ['qwen3'] }),
    says: greeting,
    not: ['file'],
  },
};

/** The example as it is, but for where its model is found. */
async function projectOf(name: string) {
  const { provider, options } = examples[name] ?? none;
  const file = join(root, 'docs/examples', name, 'rustic.json');
  const composition = parse(readFileSync(file, 'utf8')) as Composition;
  const isProvider = (listed: Listed) => [listed].flat()[0] === `@rustic-ai/plugin-${provider}`;
  expect(composition.plugins.filter(isProvider)).toHaveLength(1);
  const plugins = composition.plugins.map((listed) => (isProvider(listed) ? [[listed].flat()[0], options()] : listed));
  return createProject({ composition: { ...composition, plugins }, locked: true });
}

it('are all built here', () => {
  const found = readdirSync(join(root, 'docs/examples'), { recursive: true }).map(String);
  const composed = found.filter((path) => /^[^/]+\/rustic\.json$/.test(path)).map((path) => path.split('/')[0]);
  expect(composed.toSorted()).toEqual(Object.keys(examples).toSorted());
});

describe.each(Object.keys(examples))('the example %s', (name) => {
  it.each<Format>(['folder', 'file', 'executable'])(
    'as a %s runs in an empty folder, or says why it can not be one',
    async (format) => {
      const project = await projectOf(name);
      const { says, not } = examples[name] ?? none;
      if (not.includes(format)) {
        const refused = await project.rustic('build', '--name', 'shop', '--format', format);
        expect(refused).toMatchObject({ code: 3, stdout: '' });
        expect(refused.stderr).toContain('RUSTIC_BUILD_FILE');
        return;
      }
      const product = await buildProduct(project, format);
      product.write('scenario.json', { turns: [{ say: 'Here I am.' }] });
      product.write('key.txt', 'sk-test');
      const ran = await product.run('run', 'hello');
      expect(ran.code, ran.stderr).toBe(0);
      expect(ran.stdout).toBe(says);
      const doctor = await product.run('doctor', '--json');
      const { checks } = JSON.parse(doctor.stdout) as {
        checks: readonly { name: string; ok: boolean; note: string }[];
      };
      expect(checks.filter(({ ok, name: of }) => !ok && !of.includes('sandbox'))).toEqual([]);
    },
  );
});
