import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'context-skills',
  requires: { skills: { all: 'skill' } },
  config: Type.Object(
    {
      catalogueCharacters: Type.Integer({
        description:
          'How long the list of skills in the prompt may be, in characters. Skills whose description has no room are named ' +
          'only. Default: 8000.',
        minimum: 500,
        maximum: 100_000,
        default: 8_000,
      }),
      textCharacters: Type.Integer({
        description: 'How much of a file one call gives, in characters; the model can read on. Default: 40000.',
        minimum: 1_000,
        maximum: 262_144,
        default: 40_000,
      }),
    },
    { additionalProperties: false },
  ),
  contributes: {
    tool: {
      skill_read: {
        summary: 'Reads a skill: how to do a particular task. Without a file it gives its instructions.',
        input: Type.Object(
          {
            name: Type.String({ description: 'Name of the skill.', minLength: 1, maxLength: 64 }),
            file: Type.Optional(
              Type.String({
                description: 'A text file of the skill, by its path in it. Default: its instructions.',
                minLength: 1,
                maxLength: 1_024,
              }),
            ),
            from: Type.Optional(
              Type.Integer({ description: 'At which character to begin, to read on. Default: 0.', minimum: 0 }),
            ),
          },
          { additionalProperties: false },
        ),
        effects: { kind: 'none', idempotent: true, openWorld: false },
        facts: { kind: 'read', skill: '/name' },
      },
    },
    hook: { 'prompt.parts': {}, 'tools.select': {} },
  },
});
