import { isUint8Array } from 'node:util/types';
import { Allowance } from './allowance.js';
import { parseMessage } from './parse-message.js';
import { LOG_LINES, LONGEST_TEXT, PIECE, PIECE_HEAD, TOKEN, type FromWorker } from './wire.js';

export type ReadMessage =
  | { readonly is: 'message'; readonly message: FromWorker }
  | { readonly is: 'piece'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly is: 'dropped' }
  | { readonly is: 'refused'; readonly reason: string };

/** More than a task says that streams bodies as fast as it can. */
const MESSAGES = { burst: 20_000, perSecond: 10_000 };
/** Characters beside the output in a message. */
const AROUND = 64 * 1024;
/** Messages as long as they may be that may come at once; then one a second. */
const LARGEST = 6;

const refused = (reason: string): ReadMessage => ({ is: 'refused', reason });

/** Reads what a worker sends: nothing of it is taken for granted. */
export class MessageReader {
  private readonly messages: Allowance;
  private readonly lines: Allowance;
  private readonly characters: Allowance;
  private readonly longest: number;

  constructor(
    maxOutputBytes: number,
    /** What all that is said for the attempt begins with. */
    private readonly token: string,
  ) {
    const now = performance.now();
    this.longest = AROUND + maxOutputBytes;
    this.messages = new Allowance(MESSAGES, now);
    // The worker keeps the limit of lines itself; one that does not has lines dropped.
    this.lines = new Allowance({ ...LOG_LINES, burst: LOG_LINES.burst + 10 }, now);
    this.characters = new Allowance({ burst: LARGEST * this.longest, perSecond: this.longest }, now);
  }

  read(given: unknown): ReadMessage {
    const now = performance.now();
    if (!this.messages.take(1, now)) return refused('it floods its host with messages');
    if (isUint8Array(given)) return this.piece(given);
    if (typeof given !== 'string') return refused('it sent a message that is none');
    if (given.length > this.longest || !this.characters.take(given.length, now))
      return refused('it sends more than it may');
    // Something that an earlier attempt left behind, or that would like to be this one.
    if (!given.startsWith(this.token)) return { is: 'dropped' };
    const message = parseMessage(given.slice(TOKEN));
    if (!message) return refused('it sent a message that is none');
    if (message.is === 'log' && !this.lines.take(1, now)) return { is: 'dropped' };
    if ('message' in message && (message.message?.length ?? 0) > LONGEST_TEXT)
      return refused('it sends more than it may');
    return { is: 'message', message };
  }

  private piece(bytes: Uint8Array): ReadMessage {
    if (bytes.byteLength < PIECE_HEAD || bytes.byteLength > PIECE + PIECE_HEAD || isShared(bytes))
      return refused('it sent a piece that is none');
    const copy = Buffer.from(bytes);
    if (copy.toString('latin1', 0, TOKEN) !== this.token) return { is: 'dropped' };
    return { is: 'piece', id: copy.readUInt32BE(TOKEN), bytes: copy.subarray(PIECE_HEAD) };
  }
}

/** Memory that the worker could still write to. */
const isShared = ({ buffer }: Uint8Array): boolean =>
  Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
