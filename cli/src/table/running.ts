import { Option } from 'commander';
import { parseCount, parseSize, parseSpan, parseTime } from '../amounts.js';
import { running } from '../shared-options.js';
import type { Table } from './table.js';

/** The command that runs an agent. */
export function runCommand({ program, add, action }: Table): void {
  running(add(program, 'run', 'run the agent: interactive on a terminal, one shot with a prompt'))
    .alias('chat')
    .argument('[prompt...]', 'what to do; @file adds a file, and so does standard input that is no terminal')
    .option('-c, --continue', 'go on with the last session of this folder')
    .option('-r, --resume <id>', 'go on with this session')
    .action(action(async () => (await import('../commands/run.js')).run));
}

/** Commands for what runs leave: sessions. */
export function sessionCommands({ program, add, action }: Table): void {
  const session = program
    .command('session')
    .description('look at sessions, go on with them, keep and delete them')
    .helpCommand(false);
  add(session, 'list', 'list the sessions of this folder')
    .option('--all', 'of every folder')
    .option('--tag <tag>', 'only those with this tag')
    .option('--before <time>', 'only those not used since then', parseTime)
    .option('--limit <n>', 'at most so many; default: 100', parseCount)
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session.js')).list));
  add(session, 'show', 'print a session')
    .argument('[id]', 'the id or its beginning; default: the last session of this folder')
    .option('--json', 'print the entries as JSON')
    .action(action(async () => (await import('../commands/session.js')).show));
  running(add(session, 'resume', 'go on with a session'))
    .argument('<id>', 'the id or its beginning')
    .argument('[prompt...]', 'what to do next')
    .action(action(async () => (await import('../commands/run.js')).resume));
  add(session, 'search', 'find what was said')
    .argument('<words...>', 'an entry must hold all of them')
    .option('--session <id>', 'in this session only')
    .option('--all', 'in sessions of every folder')
    .option('--since <time>', 'from this day or time on, or so long ago: 7d', parseTime)
    .option('--before <time>', 'before this day or time', parseTime)
    .option('--limit <n>', 'at most so many; default: 20', parseCount)
    .option('--json', 'print JSON, with where the words stand')
    .action(action(async () => (await import('../commands/session-search.js')).search));
  add(session, 'fork', 'copy a session up to an entry, to go on from there another way')
    .argument('<id>', 'the id or its beginning')
    .option('--at <n>', 'the number of the last entry to copy; default: the last', parseCount)
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-change.js')).fork));
  add(session, 'tag', 'set the tags of a session')
    .argument('<id>', 'the id or its beginning')
    .argument('[tags...]', 'all its tags from now on; none clears them')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-change.js')).tag));
  add(session, 'diff', 'print what tools changed in files in a turn')
    .argument('[turn]', 'its number, from 1; default: the last', parseCount)
    .option('--session <id>', 'the id or its beginning; default: the last session of this folder')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-undo.js')).diff));
  add(session, 'undo', 'put files back as they were before a turn, all or none')
    .argument('[turn]', 'its number, from 1; default: the last', parseCount)
    .option('--session <id>', 'the id or its beginning; default: the last session of this folder')
    .option('--force', 'also files that were changed since')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-undo.js')).undo));
  add(session, 'export', 'print a session as a file')
    .argument('<id>', 'the id or its beginning')
    .addOption(
      new Option('--format <format>', 'json and jsonl can be imported again')
        .choices(['json', 'jsonl', 'md', 'html'])
        .default('jsonl'),
    )
    .option('-o, --output <file>', 'write it to this file, which must not be there yet')
    .action(action(async () => (await import('../commands/session-export.js')).exportSession));
  add(session, 'import', 'put in an exported session as it was')
    .argument('<file>', 'json or jsonl; - is standard input')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-export.js')).importSession));
  add(session, 'delete', 'delete sessions for good')
    .argument('<id...>', 'the ids or their beginnings')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-change.js')).remove));
  add(session, 'prune', 'delete the oldest sessions of this folder, down to limits')
    .option('--older-than <span>', 'those not used for so long: 30d', parseSpan)
    .option('--keep <n>', 'all but the newest so many', parseCount)
    .option('--max-size <size>', 'until the rest takes no more than: 100mb', parseSize)
    .option('--all', 'of every folder')
    .option('--dry-run', 'only say what would be deleted')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-change.js')).prune));
  add(session, 'stats', 'say what models took: calls, tokens and cost')
    .addOption(new Option('--by <what>', 'sum it up by').choices(['session', 'model', 'day']).default('session'))
    .option('--session <id>', 'of this session only')
    .option('--all', 'of sessions of every folder')
    .option('--since <time>', 'from this day or time on, or so long ago: 7d', parseTime)
    .option('--before <time>', 'before this day or time', parseTime)
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/session-stats.js')).stats));
}
