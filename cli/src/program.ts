import { Argument, Command, CommanderError, Option } from 'commander';
import { parseCount, parseSize, parseSpan, parseTime } from './amounts.js';
import { examplesText } from './examples.js';
import { guardProcess } from './guard.js';
import { actions, placed, running, several } from './shared-options.js';

type Action = (...args: never[]) => Promise<number>;

/** The one table of commands: help and the manual are made from it, and a command's code is imported when it runs. */
export function createProgram(version: string, done: (code: number) => void): Command {
  const program = new Command('rustic')
    .description('Runs AI agents made of npm plugins.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('afterAll', ({ command }) => examplesText(command));
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
    .option('--limit <n>', 'at most so many; default: 100', parseCount)
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
    .option('--limit <n>', 'at most so many; default: 20', parseCount)
    .option('--json', 'print JSON, with where the words stand')
    .action(action(async () => (await import('./commands/session-search.js')).search));
  add(session, 'fork', 'copy a session up to an entry, to go on from there another way')
    .argument('<id>', 'the id or its beginning')
    .option('--at <n>', 'the number of the last entry to copy; default: the last', parseCount)
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-change.js')).fork));
  add(session, 'tag', 'set the tags of a session')
    .argument('<id>', 'the id or its beginning')
    .argument('[tags...]', 'all its tags from now on; none clears them')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-change.js')).tag));
  add(session, 'diff', 'print what tools changed in files in a turn')
    .argument('[turn]', 'its number, from 1; default: the last', parseCount)
    .option('--session <id>', 'the id or its beginning; default: the last session of this folder')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/session-undo.js')).diff));
  add(session, 'undo', 'put files back as they were before a turn, all or none')
    .argument('[turn]', 'its number, from 1; default: the last', parseCount)
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
    .option('--keep <n>', 'all but the newest so many', parseCount)
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

  add(program, 'init', 'begin a composition in this folder: asks, or takes flags')
    .option('--provider <name>', 'who answers: anthropic, google, grok, ollama, openai or scripted')
    .option('--model <name>', 'the model that answers, such as openai/gpt-5')
    .option('--yes', 'agree to what its plugins ask for')
    .option('--no-install', 'only write the file')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/init.js')).init));
  add(program, 'add', 'add plugins: install them, list them and lock them, all or nothing')
    .argument('<spec...>', 'an official plugin by its short name, a package, name@range, ./folder or file.tgz')
    .option('--option <name=value>', 'set an option of the plugin; can be repeated', several)
    .option('--bind <capability=name>', 'choose who provides what several could; can be repeated', several)
    .option('--yes', 'agree to what it adds and asks for')
    .option('--dry-run', 'only show what it would do')
    .option('--no-install', 'use what is installed already')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/add.js')).add));
  add(program, 'remove', 'take plugins out: unlist and uninstall them, all or nothing')
    .argument('<plugin...>', 'their ids or packages')
    .option('--yes', 'agree to what changes for the others')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/remove.js')).remove));
  add(program, 'info', 'say what a plugin is, provides, may touch and can be told')
    .argument('<plugin>', 'its id or package')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/info.js')).info));
  add(program, 'why', 'say why something is in the composition: who provides it, needs it or brought it in')
    .argument('<name>', 'a capability, a plugin or any package')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/why.js')).why));
  add(program, 'graph', 'print what the plugins require of each other')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'mermaid', 'json']).default('text'))
    .action(action(async () => (await import('./commands/graph.js')).graph));
  add(program, 'outdated', 'list the plugins of which the registry has a later version')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/outdated.js')).outdated));
  add(program, 'upgrade', 'install the latest plugins; asks only for what they ask for beyond what they had')
    .argument('[plugin...]', 'their ids or packages; default: all')
    .option('--yes', 'agree to what they ask for')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/upgrade.js')).upgrade));
  add(program, 'search', 'find plugins: official ones, and those in the registry')
    .argument('[words...]', 'what their names or descriptions hold')
    .option('--offline', 'official plugins only, as they were known when this program was built')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('./commands/search.js')).search));
  running(add(program, 'try', 'run once with a plugin, and leave the composition as it is'))
    .argument('<spec>', 'as for add')
    .argument('[prompt...]', 'what to do')
    .option('--option <name=value>', 'set an option of the plugin; can be repeated', several)
    .option('--bind <capability=name>', 'choose who provides what several could; can be repeated', several)
    .option('--yes', 'agree to what it adds and asks for')
    .action(action(async () => (await import('./commands/try.js')).tryOut));
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
    .argument('[turn]', 'its number, from 1; default: the last', parseCount)
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
  const config = program.command('config').description('look at settings, and change them').helpCommand(false);
  const configuring = (usage: string, description: string) =>
    add(config, usage, description).option('--json', 'print JSON');
  const scoped = (command: Command) =>
    command
      .option('--user', 'in your own file, for every folder')
      .option('--local', 'in rustic.local.json, for this folder on this machine');
  configuring('show', 'print every setting that holds')
    .option('--origin', 'also what set it')
    .action(action(async () => (await import('./commands/config.js')).show));
  configuring('get', 'print a setting')
    .argument('<key>', 'plugins.ID.OPTION, bind.CAPABILITY or permissions.rules')
    .action(action(async () => (await import('./commands/config.js')).get));
  scoped(configuring('set', 'change a setting, and nothing else of its file; default: in rustic.json'))
    .argument('<key>', 'plugins.ID.OPTION or bind.CAPABILITY')
    .argument('<value>', 'JSON, or plain text')
    .action(action(async () => (await import('./commands/config.js')).set));
  scoped(configuring('unset', 'take a setting out; default: of rustic.json'))
    .argument('<key>', 'plugins.ID.OPTION or bind.CAPABILITY')
    .action(action(async () => (await import('./commands/config.js')).unset));
  configuring('check', 'check all files, and what they mean together').action(
    action(async () => (await import('./commands/config.js')).check),
  );
  configuring('schema', 'write what editors complete rustic.json from')
    .option('--print', 'print it instead')
    .action(action(async () => (await import('./commands/config.js')).schema));
  add(program, 'completion', 'print what makes a shell complete commands, flags and their values')
    .addArgument(new Argument('<shell>', 'yours').choices(['bash', 'zsh', 'fish']))
    .action(action(async () => (await import('./commands/completion.js')).completion));
  return program;
}

/** Runs one command line. Returns its exit code; writes errors to standard error. */
export async function main(args: readonly string[], version: string): Promise<number> {
  guardProcess(args);
  let code = 0;
  const program = createProgram(version, (result) => (code = result));
  try {
    // What shells ask with every Tab: no command, so that no help shows it.
    if (args[0] === '__complete')
      return await (await import('./completion/complete.js')).complete(program, args.slice(1));
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
