import { expect } from 'vitest';
import type { Authored } from '../../cli/test/compose.js';
import type { Project } from '../../cli/test/project.js';

/** How a plugin named `sea-weather` is used by somebody who installed it. */
export interface Use {
  /** What `rustic add` is told beside its name. */
  readonly options?: (id: string) => readonly string[];
  /** A plugin without which nothing would be seen of it. */
  readonly beside?: Authored;
  /** The tools the scripted model calls, in this order, before it says that it is done. */
  readonly calls?: readonly { readonly tool: string; readonly input: object }[];
  /** Demands that a run shows its work. */
  readonly shows: (project: Project) => Promise<void>;
}
const effects = { kind: 'none', idempotent: true, openWorld: false };
const shout: Authored = {
  name: 'rustic-plugin-tool-shout',
  manifest: { id: 'tool-shout', contributes: { tool: { shout: { summary: 'Shouts', effects } } } },
  code: `export default { setup: () => ({ tool: { shout: { run: () => ({ parts: [{ type: 'text', text: 'HEY' }] }) } } }) };`,
};
const keep: Authored = {
  name: 'rustic-plugin-tool-keep',
  manifest: {
    id: 'tool-keep',
    requires: { values: { one: 'key-value' } },
    contributes: { tool: { keep: { summary: 'Keeps', effects: { ...effects, idempotent: false } } } },
  },
  code: `export default { setup: ({ deps }) => ({ tool: { keep: { run: async ({ key }) =>
    ({ parts: [{ type: 'text', text: 'version ' + (await deps.values.set(key, 1)) }] }) } } }) };`,
};
/** The events of a run, as text; the run has to end well. */
async function events(project: Project, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.rustic('run', '--output-format', 'stream-json', ...args, 'go on');
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

export const uses: Readonly<Record<string, Use>> = {
  tool: {
    calls: [{ tool: 'sea_weather_greet', input: { name: 'Ada' } }],
    shows: async (project) => expect(await events(project)).toContain('Hello, Ada!'),
  },
  provider: {
    shows: async (project) => expect(await events(project, '--model', 'sea-weather/echo')).toContain('You said: go on'),
  },
  storage: {
    options: (id) => ['--bind', `key-value=${id}`, '--option', 'most=1'],
    beside: keep,
    calls: ['a', 'a', 'b'].map((key) => ({ tool: 'keep', input: { key } })),
    async shows(project) {
      const said = await events(project);
      for (const text of ['version 1', 'version 2', 'there are 1 values already']) expect(said).toContain(text);
    },
  },
  policy: {
    options: () => ['--option', 'refused=["shout"]'],
    beside: shout,
    calls: [{ tool: 'shout', input: {} }],
    async shows(project) {
      const said = await events(project);
      expect(said).toContain('This tool is switched off here.');
      expect(said).not.toContain('HEY');
    },
  },
  agent: {
    options: () => ['--bind', 'agent=sea-weather-agent'],
    async shows(project) {
      const said = await events(project);
      expect(said).toContain('"agent":"sea-weather-agent"');
      expect(said).toContain('Done.');
    },
  },
  frontend: {
    options: (id) => ['--bind', `frontend=${id}`],
    async shows(project) {
      const { code, stdout, stderr } = await project.rustic('run', '--print', 'go on');
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
      // The official one names the session.
      expect(stderr).not.toContain('session ');
    },
  },
  command: {
    async shows(project) {
      const talk = project.terminal('run', '--plain');
      await talk.seen('> ');
      talk.type('/sea-weather-greet Ada\r');
      await talk.seen('Hello, Ada!');
      talk.type('/quit\r');
      expect(await talk.ended).toMatchObject({ code: 0 });
    },
  },
  telemetry: {
    options: () => ['--option', 'every=1'],
    beside: shout,
    calls: [{ tool: 'shout', input: {} }],
    async shows(project) {
      const { stderr } = await project.rustic('run', '--debug', '--print', 'go on');
      expect(stderr).toContain('calls of shout');
    },
  },
};
