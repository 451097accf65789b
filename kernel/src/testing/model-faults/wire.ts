import type { Handle } from '../../capability.js';
import type { ModelRequest } from '../../contracts/model.js';

/** A refusal as a vendor words it. */
export interface VendorWords {
  readonly status: number;
  readonly body: string;
}
/** How one vendor's streamed answers look on the wire. */
export interface ModelWire {
  readonly contentType: string;
  /** What comes before the first text. */
  readonly head: string;
  /** One event with that text. */
  readonly text: (text: string) => string;
  /** The beginning of a tool call: everything but its end. */
  readonly halfCall: string;
  /** What ends an answer of text well. */
  readonly end: string;
  /** An error in the middle of a stream, and the code it means. Absent where the protocol has none. */
  readonly error?: { readonly event: string; readonly code: string };
  /** The body of a refusal. */
  readonly refusal: (message: string, status: number) => string;
  readonly tooLong?: VendorWords;
  readonly filtered?: VendorWords;
  /** A refused parameter, and how the vendor names it. */
  readonly parameter?: VendorWords & { readonly name: string };
  /** Lines may end with CR and LF: true for server-sent events. */
  readonly crlf: boolean;
}
/** A provider under faults: it is opened at an address, with `key` as its key and `timeoutMs` as its time limit. */
export interface ModelFaultSubject {
  readonly wire: ModelWire;
  /** Asks for a streamed answer of text. */
  readonly request: ModelRequest;
  /** Unit: ms. */
  readonly timeoutMs: number;
  readonly key: string;
  /** `logs` is all that was written down meanwhile. */
  open(url: string): Promise<{ readonly handle: Handle<'model'>; logs(): unknown; close(): Promise<void> }>;
}
