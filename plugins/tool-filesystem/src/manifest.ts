import { defineManifest, Type } from '@rustic-ai/kernel/schema';
import { archiveTools } from './archive/manifest.js';
import { changeTools } from './change/manifest.js';
import { lookTools } from './look/manifest.js';
import { searchTools } from './search/manifest.js';

export default defineManifest({
  id: 'tool-filesystem',
  requires: {
    workspace: { one: 'workspace' },
    host: { one: 'host' },
    tools: { all: 'tool' },
    models: { all: 'model' },
    catalogue: { optional: 'model.catalogue' },
  },
  config: Type.Object({
    roots: Type.Array(Type.String({ pattern: '^(/|~/).*/\\*\\*$' }), {
      description: 'Folders beside the workspace that tools may use, each a real path with /** at its end: /data/**.',
      default: [],
    }),
    keepDays: Type.Integer({
      description: 'How long the changes of a session can be taken back after its last one. Unit: days.',
      default: 30,
      minimum: 1,
      maximum: 3_650,
    }),
    keepBytes: Type.Integer({
      description: 'Changes of larger files are not kept, and can not be taken back. Unit: bytes.',
      default: 64 * 1024 * 1024,
      minimum: 0,
    }),
  }),
  permissions: [
    { action: 'fs.read', match: '**', reason: 'reads, lists and searches files of the workspace' },
    { action: 'fs.write', match: '**', reason: 'writes, moves and removes files of the workspace' },
    {
      action: 'fs.read',
      match: { config: '/roots' },
      reason: 'reads, lists and searches files of the folders beside it',
    },
    {
      action: 'fs.write',
      match: { config: '/roots' },
      reason: 'writes, moves and removes files of the folders beside it',
    },
  ],
  contributes: {
    tool: { ...lookTools, ...searchTools, ...changeTools, ...archiveTools },
    service: { 'file.changes': { summary: 'What tools changed in files, turn by turn, and the way back.' } },
  },
});
