import { defineManifest, Type } from '@rustic-ai/kernel/schema';

export default defineManifest({
  id: 'policy-template',
  config: Type.Object({
    refused: Type.Array(Type.String({ minLength: 1, description: 'Name of a tool.' }), {
      default: [],
      description: 'Tools that may not be called. Default: none.',
    }),
    reason: Type.String({
      minLength: 1,
      default: 'This tool is switched off here.',
      description: 'What the model is told. Default: `This tool is switched off here.`',
    }),
  }),
  contributes: { hook: { 'tool.call': {} } },
});
