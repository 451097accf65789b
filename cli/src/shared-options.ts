import { type Command, Option } from 'commander';
import { parseCount, parseSeconds, parseUsd } from './amounts.js';

/** Options every command takes. `composed`: it may be told another composition; a product has its own. */
export function placed(command: Command, composed: boolean): Command {
  command.option('-C, --cwd <dir>', 'work in this folder');
  if (composed) command.option('--config <file>', 'use this composition instead of ./rustic.json');
  return command.option('--debug', 'also print causes, timings and what plugins log');
}

/** For an option that can be repeated: all its values. */
export const several = (value: string, before: readonly string[] = []) => [...before, value];
/** Options of every command that runs an agent. */
export const running = (command: Command) =>
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
    .option('--output-schema <file>', 'have an answer that fits this JSON Schema')
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
    .option('--max-turns <n>', 'ask the model at most so often', parseCount)
    .option('--max-cost <usd>', 'do not ask the model again once the run has cost so much', parseUsd)
    .option('--time-limit <seconds>', 'end the run after so long', parseSeconds)
    .option('--plain', 'for screen readers: nothing is redrawn, words stand for colours and symbols')
    .option('--no-input', 'read no standard input and ask nothing')
    .option('--safe-mode', 'leave out every plugin that is not official');

/** What a rule can be about: what is touched, then the operations themselves. */
export const actions = ['exec', 'net', 'ssh', 'mcp', 'fs.read', 'fs.write', 'secret', 'env'].concat([
  'model',
  'tool',
  'agent',
  'skill',
  'command',
  'workflow',
]);

/** Text that names commands, for a program that has another name than `rustic`. */
export const calledBy = (program: string, text: string): string =>
  program === 'rustic' ? text : text.replaceAll(/\brustic(?= (?:[a-z]|--))/g, program);
