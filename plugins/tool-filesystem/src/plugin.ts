import { definePlugin, isRusticError } from '@rustic-ai/kernel';
import type {} from '@rustic-ai/kernel/contracts';
import { join } from 'node:path';
import { archiveCreate } from './archive/create.js';
import { archiveExtract } from './archive/extract.js';
import { archiveList } from './archive/list.js';
import { createChanges } from './change/changes.js';
import { chmod } from './change/chmod.js';
import { copy } from './change/copy.js';
import { edit } from './change/edit.js';
import { makeDir } from './change/make-dir.js';
import { move } from './change/move.js';
import { multiEdit } from './change/multi-edit.js';
import { patch } from './change/patch.js';
import { remove } from './change/remove.js';
import { write } from './change/write.js';
import { createFileChanges } from './history/changes.js';
import { createHistory } from './history/history.js';
import { createJournal } from './history/journal.js';
import { diff } from './look/diff.js';
import { hash } from './look/hash.js';
import { info } from './look/info.js';
import { list } from './look/list.js';
import { read } from './look/read.js';
import { watch } from './look/watch.js';
import type manifest from './manifest.js';
import type { Parts } from './parts.js';
import { createPins } from './pins.js';
import { createRoots } from './roots.js';
import { glob } from './search/glob.js';
import { grep } from './search/grep.js';
import { createVision } from './vision.js';

export default definePlugin<typeof manifest>({
  manifest: () => import('./manifest.js'),
  setup({ deps, config }) {
    const { workspace, host, tools, models, catalogue } = deps;
    const roots = createRoots({ workspace, host, beside: config.roots });
    const pins = createPins(roots);
    const journal = createJournal({
      folder: join(host.folders.data, 'changes'),
      maxBytes: config.keepBytes,
      forgetBefore: () => host.now() - config.keepDays * 86_400_000,
    });
    const parts: Parts = {
      roots,
      pins,
      history: createHistory({ roots, journal }),
      // As a call of its own, so that every rule, hook and audit row sees the one file.
      mayShow: (path, call) =>
        tools
          .get('fs_info')
          .invoke({ path }, call)
          .then(
            () => true,
            (error: unknown) => {
              call.signal.throwIfAborted();
              if (!isRusticError(error)) throw error;
              return false;
            },
          ),
      takesImages: createVision(models, catalogue),
    };
    const changes = createChanges(parts);
    return {
      tool: {
        fs_read: read(parts),
        fs_list: list(parts),
        fs_info: info(parts),
        fs_hash: hash(parts),
        fs_diff: diff(parts),
        fs_watch: watch(parts),
        fs_glob: glob(parts),
        fs_grep: grep(parts),
        fs_write: write(parts, changes),
        fs_edit: edit(parts, changes),
        fs_multi_edit: multiEdit(parts, changes),
        fs_patch: patch(parts, changes),
        fs_copy: copy(parts),
        fs_move: move(parts),
        fs_remove: remove(parts),
        fs_make_dir: makeDir(parts),
        fs_chmod: chmod(parts),
        fs_archive_list: archiveList(parts),
        fs_archive_create: archiveCreate(parts),
        fs_archive_extract: archiveExtract(parts),
      },
      service: {
        'file.changes': createFileChanges({ roots, journal, history: parts.history, now: () => host.now() }),
      },
    };
  },
});
