import { Inject, Injectable } from '@nestjs/common';
import { fault, HarmoniaError, type Json, type Uuid } from '../../../kernel/index.js';
import type { ExecutionReader, JournalFault } from '../../ports/index.js';
import { READER } from '../../tokens.js';
import { ExecutionView } from './execution-view.js';
import { requestFault } from '../validation.js';

/** `tables_differ`: the journal is one that was written, and yet not the one that the tables were made from. */
type Reason = JournalFault['is'] | 'tables_differ';

const WORDS: Readonly<Record<Reason, string>> = {
  not_chained: 'The journal was written before journals were chained, and nothing has counted it in yet',
  out_of_sequence: 'An event is missing, or one stands where it does not belong',
  link_missing: 'The last events have no link, though one before them has',
  link_differs: 'An event is not what was written, or one that was written with it is not',
  payload_differs: 'A large value is not what was written',
  archive_unreadable: 'The archived journal is gone or cannot be unpacked',
  tables_differ: 'The journal is not the one that the tables were made from: its end is missing, or they were changed',
};

export interface Proof {
  readonly message: string;
  readonly answer: Record<string, Json>;
}

/** Proves that a journal holds what was written, all of it, in that order. */
@Injectable()
export class JournalProof {
  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
  ) {}

  /** `at`: the event whose link is the head, the last when absent. Throws `validation_error` when there is none such. */
  async of(id: Uuid, at: number | undefined): Promise<Proof> {
    await this.view.mustHaveJournal(id);
    const check = await this.reader.checkJournal(id, at);
    if (!check) throw new HarmoniaError('execution_not_found', { id });
    const { events, head, fault: wrong } = check;
    if (wrong) return proofOf({ id, events, head: null, reason: wrong.is, seq: wrong.seq });
    if (head === undefined)
      throw requestFault(fault('out_of_range', '/at', { expected: `a whole number from 1 to ${events}` }));
    const agree = await this.view.tablesAgree(id);
    if (agree === false) return proofOf({ id, events, head: null, reason: 'tables_differ' });
    return proofOf({ id, events, head });
  }
}

interface Found {
  readonly id: Uuid;
  readonly events: number;
  readonly head: string | null;
  readonly reason?: Reason;
  readonly seq?: number | undefined;
}

const proofOf = ({ id, events, head, reason, seq }: Found): Proof => ({
  message: reason === undefined ? 'The journal is as it was written' : WORDS[reason],
  answer: {
    execution_id: id,
    verified: reason === undefined,
    events,
    head,
    ...(reason !== undefined && { reason }),
    ...(seq !== undefined && { first_bad_seq: seq }),
  },
});
