import { Option } from 'commander';
import { running, several } from '../shared-options.js';
import type { Table } from './table.js';

/** The command a composition begins with. */
export function initCommand({ program, add, action }: Table): void {
  add(program, 'init', 'begin a composition in this folder: asks, or takes flags')
    .option('--provider <name>', 'who answers: anthropic, google, grok, ollama, openai or scripted')
    .option('--model <name>', 'the model that answers, such as openai/gpt-5')
    .option('--yes', 'agree to what its plugins ask for')
    .option('--no-install', 'only write the file')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/init.js')).init));
}

/** Commands that say what the packages of a composition are, and ship it. */
export function composingCommands({ program, add, action }: Table): void {
  add(program, 'info', 'say what a plugin is, provides, may touch and can be told')
    .argument('<plugin>', 'its id or package')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/info.js')).info));
  add(program, 'why', 'say why something is in the composition: who provides it, needs it or brought it in')
    .argument('<name>', 'a capability, a plugin or any package')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/why.js')).why));
  add(program, 'graph', 'print what the plugins require of each other')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'mermaid', 'json']).default('text'))
    .action(action(async () => (await import('../commands/graph.js')).graph));
  add(program, 'outdated', 'list the plugins of which the registry has a later version')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/outdated.js')).outdated));
  add(program, 'upgrade', 'install the latest plugins; asks only for what they ask for beyond what they had')
    .argument('[plugin...]', 'their ids or packages; default: all')
    .option('-g, --global', 'in your own composition, which counts in every folder without one')
    .option('--yes', 'agree to what they ask for')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/upgrade.js')).upgrade));
  add(program, 'search', 'find plugins: official ones, and those in the registry')
    .argument('[words...]', 'what their names or descriptions hold')
    .option('--offline', 'official plugins only, as they were known when this program was built')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/search.js')).search));
  running(add(program, 'try', 'run once with a plugin, and leave the composition as it is'))
    .argument('<spec>', 'as for add')
    .argument('[prompt...]', 'what to do')
    .option('--option <name=value>', 'set an option of the plugin; can be repeated', several)
    .option('--bind <capability=name>', 'choose who provides what several could; can be repeated', several)
    .option('--rename <operation/name=other>', 'call what it contributes otherwise; can be repeated', several)
    .option('--yes', 'agree to what it adds and asks for')
    .action(action(async () => (await import('../commands/try.js')).tryOut));
  add(program, 'build', 'build a program or a library from exactly the plugins of this folder')
    .addOption(new Option('--target <target>', 'what').choices(['cli', 'library']).default('cli'))
    .addOption(new Option('--format <format>', 'as what').choices(['folder', 'file', 'executable']).default('folder'))
    .option('--name <name>', 'what it is called; default: the name in package.json')
    .option('--out <dir>', 'where to; default: build/NAME')
    .addOption(
      new Option('--settings <who>', 'who may change options, bindings and rules')
        .choices(['user', 'locked'])
        .default('user'),
    )
    .option('--open', 'let its users add plugins of their own')
    .option('--minify', 'also shorten names')
    .option('--analyze', 'also say what each plugin takes, and draw it')
    .option('--json', 'print JSON')
    .action(action(async () => (await import('../commands/build.js')).build));
  add(program, 'lock', 'resolve the composition into its lock')
    .option('-g, --global', 'of your own composition, which counts in every folder without one')
    .option('--accept', 'agree to new plugins and permissions')
    .option('--json', 'print the result as JSON')
    .action(action(async () => (await import('../commands/lock.js')).lock));
  add(program, 'trust', 'let the composition of this folder act')
    .option('--yes', 'do not ask')
    .action(action(async () => (await import('../commands/trust.js')).trust));
}
