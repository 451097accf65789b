import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseSize, parseSpan, parseTime } from './amounts.js';
import { guardProcess } from './guard.js';

/** Options every command takes. */
const placed = (command: Command) =>
  command
    .option('-C, --cwd <dir>', 'work in this folder')
    .addOption(new Option('--config <file>', 'use this composition instead of ./rustic.json'))
    .option('--debug', 'also print causes, timings and what plugins log');

const several = (value: string, before: readonly string[] = []) => [...before, value];
/** The longest a timer can run. Unit: seconds. Source: Node, setTimeout, 2026. */
const longest = Math.floor((2 ** 31 - 1) / 1_000);
const seconds = (value: string) => {
  const number = Number(value);
  if (number > 0 && number <= longest) return number;
  throw new InvalidArgumentError(`It must be a number above 0, at most ${longest}.`);
};
const count = (value: string) => {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be a whole number from 1.');
};
/** Options of every command that runs an agent. */
const running = (command: Command) =>
  command
    .option('--agent <name>', 'agent to use')
    .option('--model <name>', 'model to use')
    .option('-p, --print', 'print the answer and end, also on a terminal')
    .option('--json', 'print one JSON object at the end')
    .addOption(
      new Option('--output-format <format>', 'how to print: every event is a line of stream-json').choices([
        'text',
        'json',
        'stream-json',
      ]),
    )
    .addOption(
      new Option('--permission-mode <mode>', 'ask (default on a terminal), or deny (default without one)').choices([
        'ask',
        'plan',
        'accept-edits',
        'deny',
      ]),
    )
    .option('--allow <rule>', "allow this in this run, such as 'exec git status'; can be repeated", several)
    .option('--deny <rule>', 'deny this in this run; can be repeated', several)
    .option('--max-turns <n>', 'ask the model at most so often', count)
    .option('--time-limit <seconds>', 'end the run after so long', seconds)
    .option('--safe-mode', 'leave out every plugin that is not official');

/** What a rule can be about: what is touched, then the operations themselves. */
const actions = ['exec', 'net', 'ssh', 'mcp', 'fs.read', 'fs.write', 'secret', 'env'].concat([
  'model',
  'tool',
  'agent',
  'command',
  'workflow',
]);

type Action = (...args: never[]) => Promise<number>;

/** The one table of commands: help is made from it, and a command's code is imported when it runs. */
function createProgram(version: string, done: (code: number) => void): Command {
  const program = new Command('rustic')
    .description('Runs AI agents made of npm plugins.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  /** The last argument commander passes is the command itself. */
  const action =
    (load: () => Promise<Action>) =>
    async (...args: unknown[]) => {
      const run = await load();
      done(await run(...(args.slice(0, -1) as never[])));
    };
  const add = (parent: Command, usage: string, description: string) =>
    placed(parent.command(usage).description(description))
      .exitOverride()
      .configureOutput({ outputError: () => {} });

  running(add(program, 'run', 'run the agent: interactive on a terminal, one shot with a prompt'))
    .alias('chat')
    .argument('[prompt...]', 'what to do; @file adds a file, and so does standard input that is no terminal')
    .option('-c, --continue', 'go on with the last session of this folder')
    .option('-r, --resume <id>', 'go on with this session')
    .action(action(async () => (await import('./commands/run.js')).run));

  const session = program
    .command('session')
    .description('look at sessions, go on with them, keep and delete them')
    .helpCommand(false);
  add(session, 'list', 'list the sessions of this folder')
    .option('--all', 'of every folder')
    .option('--tag <tag>', 'only those with this tag')
    .option('--before <time>', 'only those not used since then', parseTime)
    .option('--limit <n>', 'at most so many; default: 100', count)
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session.js')).list));
  add(session, 'show', 'print a session')
    .argument('[id]', 'the id or its beginning; default: the last session of this folder')
    .option('--json', 'print the entries as JSON')
    .action(action(async () => (await import('./commands/session.js')).show));
  running(add(session, 'resume', 'go on with a session'))
    .argument('<id>', 'the id or its beginning')
    .argument('[prompt...]', 'what to do next')
    .action(action(async () => (await import('./commands/run.js')).resume));
  add(session, 'search', 'find what was said')
    .argument('<words...>', 'an entry must hold all of them')
    .option('--session <id>', 'in this session only')
    .option('--all', 'in sessions of every folder')
    .option('--since <time>', 'from this day or time on, or so long ago: 7d', parseTime)
    .option('--before <time>', 'before this day or time', parseTime)
    .option('--limit <n>', 'at most so many; default: 20', count)
    .option('--json', 'print JSON, with where the words stand')
    .action(action(async () => (await import('./commands/session-search.js')).search));
  add(session, 'fork', 'copy a session up to an entry, to go on from there another way')
    .argument('<id>', 'the id or its beginning')
    .option('--at <n>', 'the number of the last entry to copy; default: the last', count)
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-change.js')).fork));
  add(session, 'tag', 'set the tags of a session')
    .argument('<id>', 'the id or its beginning')
    .argument('[tags...]', 'all its tags from now on; none clears them')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-change.js')).tag));
  add(session, 'diff', 'print what tools changed in files in a turn')
    .argument('[turn]', 'its number, from 1; default: the last', count)
    .option('--session <id>', 'the id or its beginning; default: the last session of this folder')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-undo.js')).diff));
  add(session, 'undo', 'put files back as they were before a turn, all or none')
    .argument('[turn]', 'its number, from 1; default: the last', count)
    .option('--session <id>', 'the id or its beginning; default: the last session of this folder')
    .option('--force', 'also files that were changed since')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-undo.js')).undo));
  add(session, 'export', 'print a session as a file')
    .argument('<id>', 'the id or its beginning')
    .addOption(
      new Option('--format <format>', 'json and jsonl can be imported again')
        .choices(['json', 'jsonl', 'md', 'html'])
        .default('jsonl'),
    )
    .option('-o, --output <file>', 'write it to this file, which must not be there yet')
    .action(action(async () => (await import('./commands/session-export.js')).exportSession));
  add(session, 'import', 'put in an exported session as it was')
    .argument('<file>', 'json or jsonl; - is standard input')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-export.js')).importSession));
  add(session, 'delete', 'delete sessions for good')
    .argument('<id...>', 'the ids or their beginnings')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-change.js')).remove));
  add(session, 'prune', 'delete the oldest sessions of this folder, down to limits')
    .option('--older-than <span>', 'those not used for so long: 30d', parseSpan)
    .option('--keep <n>', 'all but the newest so many', count)
    .option('--max-size <size>', 'until the rest takes no more than: 100mb', parseSize)
    .option('--all', 'of every folder')
    .option('--dry-run', 'only say what would be deleted')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-change.js')).prune));
  add(session, 'stats', 'say what models took: calls, tokens and cost')
    .addOption(new Option('--by <what>', 'sum it up by').choices(['session', 'model', 'day']).default('session'))
    .option('--session <id>', 'of this session only')
    .option('--all', 'of sessions of every folder')
    .option('--since <time>', 'from this day or time on, or so long ago: 7d', parseTime)
    .option('--before <time>', 'before this day or time', parseTime)
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-stats.js')).stats));

  add(program, 'lock', 'resolve rustic.json into rustic.lock')
    .option('--accept', 'agree to new plugins and permissions')
    .option('--json', 'print the result as JSON')
    .action(action(async () => (await import('./commands/lock.js')).lock));
  add(program, 'trust', 'let the composition of this folder act')
    .option('--yes', 'do not ask')
    .action(action(async () => (await import('./commands/trust.js')).trust));
  add(program, 'list', 'list the plugins of the composition, what they provide and may touch')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/list.js')).list));
  add(program, 'models', 'list the models of the composition, and what is known of them')
    .option('--refresh', 'ask vendors again what they offer')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/models.js')).models));
  const tools = program.command('tools').description('look at the tools, and at how they are used').helpCommand(false);
  add(tools, 'list', 'list the tools of the composition')
    .option('--basket <name>', 'of this basket, and those within it, such as dev/files')
    .option('--check', 'also look whether they can work')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/tools.js')).list));
  add(tools, 'stats', 'say how often each tool was called, how that ended and how long it took')
    .option('--clear', 'forget all of it')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/tools.js')).stats));
  const permissions = program
    .command('permissions')
    .description('look at what is allowed, and take it back')
    .helpCommand(false);
  add(permissions, 'list', 'list the rules that hold and the answers that are remembered')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/permissions.js')).list));
  add(permissions, 'revoke', 'take remembered answers back')
    .argument('[id...]', 'the ids or their beginnings')
    .option('--all', 'all of them, of every folder')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/permissions.js')).revoke));
  add(permissions, 'explain', 'say what the rules decide, and why; runs nothing, and asks no remembered answer')
    .argument('<resource>', "a command line such as 'git status', or the resource of another action")
    .addOption(new Option('--action <action>', 'what would be done with it').choices(actions).default('exec'))
    .option('--plugin <id>', 'as asked by this plugin')
    .option('--target <name>', 'on this machine')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/permissions.js')).explain));
  add(permissions, 'test', 'check that rules decide what their "cases" say')
    .argument('[file]', 'rules as in rustic.json, which are judged alone; default: those of the composition')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/permissions.js')).test));
  add(permissions, 'verify', 'recompute the audit log, and name the first entry that was altered')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/permissions.js')).verify));
  add(program, 'hooks', 'list who taps which hook, in the order of the calls')
    .argument('[hook]', 'only this one, for example prompt.build')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/hooks.js')).hooks));
  add(program, 'trace', 'say which plugin changed what in a turn')
    .argument('[turn]', 'its number, from 1; default: the last', count)
    .option('--session <id>', 'the id or its beginning; default: the last session of this folder')
    .option('--json', 'print JSON, with whole digests')
    .action(action(async () => (await import('./commands/trace.js')).trace));
  const storage = program
    .command('storage')
    .description('look after what is kept: check it, back it up, move it')
    .helpCommand(false);
  add(storage, 'check', 'look for damage')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/storage.js')).check));
  add(storage, 'backup', 'copy the database to a file, while others use it')
    .argument('<file>', 'a file that is not there yet')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/storage.js')).backup));
  add(storage, 'restore', 'put a backup of records into an empty database')
    .argument('<file>', 'what "storage backup" wrote for PostgreSQL or memory')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/storage.js')).restore));
  add(storage, 'vacuum', 'give room that nothing needs any more back to the disk')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/storage.js')).vacuum));
  add(storage, 'migrate', 'bring the schema up to date')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/storage.js')).migrate));
  add(storage, 'copy', 'copy everything into another, empty database, and compare')
    .requiredOption('--from <plugin>', 'the storage plugin it is in')
    .requiredOption('--to <plugin>', 'the storage plugin it shall be in')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/storage.js')).copy));
  add(program, 'prove', 'say what this composition may do, and whether all of it verifies')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/prove.js')).prove));
  add(program, 'doctor', 'check the composition and start each plugin once')
    .option('--online', 'also ask a model of each provider, and stop when it begins to answer')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/doctor.js')).doctor));
  add(program, 'explain', 'say what an error code means')
    .argument('<code>', 'for example RUSTIC_LOCK_STALE')
    .action(action(async () => (await import('./commands/explain.js')).explain));
  return program;
}

/** Runs one command line. Returns its exit code; writes errors to standard error. */
export async function main(args: readonly string[], version: string): Promise<number> {
  guardProcess(args);
  let code = 0;
  const program = createProgram(version, (result) => (code = result));
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // Help and version need none of this.
    const { report } = await import('./report.js');
    return report(error, args);
  }
}
