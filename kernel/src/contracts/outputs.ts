import { type Call, defineService } from '../capability.js';

/** A text that is kept whole. */
export interface KeptOutput {
  readonly ref: string;
  /** How much of it is kept. */
  readonly bytes: number;
  /** The tool that reads it, given `ref`, `offset` and `length` in bytes. */
  readonly tool: string;
}
/** Service `tool.outputs`: keeps what a tool was told or told, where the model is given only a part of it. */
export interface ToolOutputs {
  /** For calls of the same session, until the program ends or newer ones take its place. */
  keep(call: Call, text: string): Promise<KeptOutput>;
}

declare module '../capability.js' {
  interface Services {
    'tool.outputs': ToolOutputs;
  }
}
export const toolOutputs = defineService({ id: 'tool.outputs', version: 1 });
