import { errorInfo } from '@rustic-ai/kernel';
import {
  agentRequestOf,
  type Call,
  type FrontendRequest,
  type RunEvent,
  visibleLine,
} from '@rustic-ai/kernel/contracts';
import { errorLines } from '../describe.js';
import type { Terminal } from '../terminal.js';
import { showRun, type TurnResult } from '../turn.js';
import { type After, nearestName, parseCommand, type SlashCommand } from './command.js';
import { createCommands } from './commands.js';
import { createComplete } from './complete.js';
import { withFiles } from './files.js';
import { pluginCommands } from './plugin-commands.js';
import { follow, footers, type Standing } from './state.js';
import { createSteering } from './steering.js';
import type { Surface, SurfaceOptions, TurnView } from './surface.js';

/**
 * A conversation: prompts and commands, one after the other, until the person leaves.
 *
 * Cancel: interrupts the turn under way and resolves with exit code 130.
 */
export async function talk(
  terminal: Terminal,
  request: FrontendRequest,
  call: Call,
  open: (options: SurfaceOptions) => Promise<Surface>,
): Promise<TurnResult> {
  const { host, house, desk, invoke } = terminal;
  const { prompt: given, session: resumed, commands: hosted = [], ...settings } = request;
  const standing: Standing = {
    session: resumed,
    model: request.model,
    agent: request.agent,
    answered: defaultModel(terminal),
    context: undefined,
    usage: { inputTokens: 0, outputTokens: 0 },
  };
  let commands: readonly SlashCommand[] = [];
  let last: TurnView | undefined;
  const complete = createComplete(() => commands, house);
  const unfold = () => surface.tell(last?.details() || 'Nothing was folded.\n');
  const surface = await open({ complete, unfold });
  const leave = desk.take(surface.seat);
  const steering = createSteering(house.steering, (texts) => surface.wait(texts));
  const showFooter = () => surface.footer(footers(standing, surface.style));

  /** Shows what a run yields, while the person may interrupt it and talk to it. */
  async function play(start: (signal: AbortSignal) => AsyncIterable<RunEvent>): Promise<void> {
    const controller = new AbortController();
    const signal = AbortSignal.any([call.signal, controller.signal]);
    const view = surface.begin({
      interrupt: () => controller.abort(),
      entered: (text, as) => void steering.say(standing.session, text, as),
    });
    last = view;
    const show = (event: RunEvent) => {
      follow(standing, event);
      steering.follow(event);
      view.show(event);
      showFooter();
    };
    const { style } = surface;
    const broken: TurnView['broken'] = (error) => {
      // It may not even have begun.
      const interrupted = controller.signal.aborted;
      view.broken(interrupted ? undefined : error);
      if (interrupted) surface.tell(`${style.ask(`${style.signs.failed} interrupted`)}\n`);
    };
    await showRun(() => start(signal), { show, broken }, signal);
    const untold = await steering.ended();
    view.close();
    // Who interrupts wants to think again; otherwise what was not told any more is what comes next.
    if (controller.signal.aborted && surface.giveBack && untold.length > 0) surface.giveBack(untold.join('\n'));
    else steering.next.push(...untold);
    surface.wait(steering.next);
  }
  const turn = async (text: string) => {
    const prompt = await withFiles(text, house.workspace);
    const { session, model, agent } = standing;
    const input = agentRequestOf({
      ...settings,
      prompt,
      ...(session !== undefined && { session }),
      ...(model !== undefined && { model }),
    });
    await play((signal) => invoke(agent, input, call, signal));
  };
  const runCommand = (name: string, { text }: { readonly text: string }) =>
    play((signal) => {
      const { session } = standing;
      return house.commands.get(name).invoke({ text, ...(session !== undefined && { session }) }, call, { signal });
    });

  async function command(name: string, text: string): Promise<After> {
    const known = commands.find((one) => one.name === name);
    if (known) return known.run(text, call.signal);
    const target = await house.hooks.claim('command.resolve', { name, text });
    if (target && 'prompt' in target) return target;
    const near = nearestName(
      name,
      commands.map((one) => one.name),
    );
    const hint = near === undefined ? 'Try /help' : `Did you mean /${near}?`;
    surface.tell(`There is no command /${visibleLine(name)}. ${hint}\n`);
  }
  /** Returns whether the conversation goes on. */
  async function handle(line: string): Promise<boolean> {
    const parsed = parseCommand(line);
    if (!parsed) {
      if (line.trim() !== '') await turn(line.trim());
      return true;
    }
    try {
      const after = await command(parsed.name, parsed.text);
      if (after === 'leave') return false;
      if (after) await turn(after.prompt);
    } catch (error) {
      surface.tell(errorLines(`/${parsed.name} failed`, errorInfo(error), surface.style));
    }
    showFooter();
    return true;
  }

  try {
    const details = () => last?.details() ?? '';
    const about = { standing, surface, house, cwd: host.folders.cwd, details };
    commands = createCommands(about, await pluginCommands(house, runCommand), hosted);
    showFooter();
    let first = given;
    for (;;) {
      const waiting = steering.next.shift();
      surface.wait(steering.next);
      const ready = first ?? waiting;
      if (ready !== undefined) surface.echo?.(ready);
      const line = ready ?? (await surface.next(call.signal));
      first = undefined;
      if (line === undefined || call.signal.aborted || !(await handle(line))) break;
    }
    const { session } = standing;
    return { exitCode: call.signal.aborted ? 130 : 0, ...(session !== undefined && { session }) };
  } finally {
    leave();
    await surface.close();
  }
}

/** Name of the model that the composition chooses; undefined where it does not. */
function defaultModel({ house }: Pick<Terminal, 'house'>): string | undefined {
  try {
    return house.models.default.name;
  } catch {
    return undefined;
  }
}
