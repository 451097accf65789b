import { describe, expect, it } from 'vitest';
import { missingFromLock, readPackageLock, withInstallScript } from '../../.ci/lockcheck.mjs';
import { read } from './repository.js';

describe('package-lock.json', () => {
  it('records every package that an install on any platform wants', () => {
    expect(missingFromLock(readPackageLock())).toEqual([]);
  });

  it('is found incomplete without a package of another platform', () => {
    const lock = {
      packages: {
        '': { optionalDependencies: { tool: '1.0.0' } },
        'node_modules/tool': {
          version: '1.0.0',
          optionalDependencies: { 'tool-win32': '1.0.0', 'tool-linux': '1.0.0' },
        },
        'node_modules/tool/node_modules/tool-linux': { version: '1.0.0' },
      },
    };
    expect(missingFromLock(lock)).toEqual(['tool-win32, wanted by node_modules/tool@1.0.0']);
  });

  it('names no machine to install from', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "(?:https?|file):/);
  });

  it('lets no package run a script when it is installed', () => {
    const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
    expect(withInstallScript(readPackageLock()).filter((name) => allowScripts[name] !== false)).toEqual([]);
    expect(Object.values(allowScripts)).not.toContain(true);
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });
});
