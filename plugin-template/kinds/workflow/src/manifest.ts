import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'workflow-template',
  config: Type.Object({
    separator: Type.String({ default: ' ', description: 'What stands between two texts. Default: a space.' }),
  }),
  contributes: {
    'workflow.step': {
      'template-join': {
        summary: 'Joins texts into one',
        // What every step is asked; `inputs` is what only this one knows.
        input: Type.Object({
          step: Type.String(),
          run: Type.String(),
          inputs: Type.Object(
            { texts: Type.Array(Type.String(), { description: 'What is joined, in this order.' }) },
            { additionalProperties: false },
          ),
        }),
        effects: { kind: 'none', idempotent: true, openWorld: false },
      },
    },
  },
});
