/** How far a sprint can be, in the order in which it gets there. */
export const PROGRESSION = [
  'Created',
  'Planning',
  'Ready',
  'Ready-1:Metis',
  'Ready-2:Harmonia',
  'Ready-3:Synthesis',
  'Ready-Review',
  'Building',
  'Complete',
] as const;
/** A sprint that another one has taken the place of. Upstream's word, with upstream's spelling. */
export const SUPERSEDED = 'Superceded';

export type SprintStatus = (typeof PROGRESSION)[number] | typeof SUPERSEDED;

const ORDER: readonly SprintStatus[] = PROGRESSION;

/** Harmonia has work to do. */
export const FOR_HARMONIA: SprintStatus = 'Ready-2:Harmonia';
/** Harmonia has done it, or was passed over. */
export const FOR_SYNTHESIS: SprintStatus = 'Ready-3:Synthesis';

export const STATUSES: readonly SprintStatus[] = [...PROGRESSION, SUPERSEDED];

/** A status as somebody wrote it: case and spaces do not count. Undefined: it is none. */
export const parseStatus = (text: string): SprintStatus | undefined => {
  const plain = (word: string): string => word.toLowerCase().replace(/\s/g, '');
  const wanted = plain(text === 'Superseded' ? SUPERSEDED : text);
  return STATUSES.find((status) => plain(status) === wanted);
};

/**
 * Whether a sprint may go from one status to another: forward, over phases that a sprint has no use for as well, or out of
 * the way. What is over stays over. A status that nobody knows may become any.
 */
export const mayBecome = (from: SprintStatus | undefined, to: SprintStatus): boolean => {
  if (from === undefined || from === to) return true;
  if (from === SUPERSEDED || from === 'Complete') return false;
  return to === SUPERSEDED || isBefore(from, to);
};

/** Whether a sprint is on its way to a status. One of no known status is not. */
export const isBefore = (from: SprintStatus | undefined, to: SprintStatus): boolean =>
  from !== undefined && from !== SUPERSEDED && ORDER.indexOf(from) < ORDER.indexOf(to);

/** What a daily log says of its sprint. */
export interface StatusLine {
  /** As it stands there. */
  readonly text: string;
  readonly updated: string | undefined;
  readonly updatedBy: string | undefined;
}

const HEADING = /^##[ \t]+Sprint Status:(.*)$/;
const FENCE = /^[ \t]*(```|~~~)/;
const LONGEST = 200;

interface Found {
  readonly lines: readonly string[];
  /** Line of the status; undefined: there is none. */
  readonly at: number | undefined;
}

/** The first heading of its kind counts: later ones are history. Examples in fenced code are none. */
const look = (log: string): Found => {
  const lines = log.split('\n');
  let isFenced = false;
  for (const [index, line] of lines.entries()) {
    if (FENCE.test(line)) isFenced = !isFenced;
    else if (!isFenced && HEADING.test(line.trimEnd())) return { lines, at: index };
  }
  return { lines, at: undefined };
};

const NOTE = /^\*\*(Updated|Updated By)\*\*:(.*)$/;

/** Lines that belong to the status: they follow it, with nothing but empty lines between. */
const notesAfter = (lines: readonly string[], at: number): readonly number[] => {
  const notes: number[] = [];
  for (let index = at + 1; index < lines.length; index++) {
    const line = (lines[index] ?? '').trimEnd();
    if (NOTE.test(line)) notes.push(index);
    else if (line !== '') break;
  }
  return notes;
};

/** What the log says; undefined: it says nothing of a status. */
export const readStatus = (log: string): StatusLine | undefined => {
  const { lines, at } = look(log);
  if (at === undefined) return undefined;
  const noted = new Map(
    notesAfter(lines, at).map((index) => {
      const [, name = '', said = ''] = NOTE.exec((lines[index] ?? '').trimEnd()) ?? [];
      return [name, said.trim().slice(0, LONGEST)];
    }),
  );
  const [, text = ''] = HEADING.exec((lines[at] ?? '').trimEnd()) ?? [];
  return {
    text: text.trim().slice(0, LONGEST),
    updated: noted.get('Updated'),
    updatedBy: noted.get('Updated By'),
  };
};

/** A status that is to stand in a log. */
export interface NewStatus {
  readonly status: SprintStatus;
  /** ISO 8601. */
  readonly at: string;
  /** Who says so. */
  readonly by: string;
}

/** The log with another status; everything else stays as it stands. */
export const withStatus = (log: string, { status, at: time, by }: NewStatus): string => {
  const written = [`## Sprint Status: ${status}`, `**Updated**: ${time}`, `**Updated By**: ${by}`];
  const { lines, at } = look(log);
  const end = lines.some((line) => line.endsWith('\r')) ? '\r' : '';
  const mine = written.map((line) => line + end);
  if (at === undefined) {
    const title = lines.findIndex((line) => /^#[ \t]/.test(line));
    const before = lines.slice(0, title + 1);
    const rest = lines.slice(title + 1);
    return [...before, ...(title < 0 ? [] : [end]), ...mine, ...(rest[0]?.trim() === '' ? [] : [end]), ...rest].join(
      '\n',
    );
  }
  const notes = new Set(notesAfter(lines, at));
  return [...lines.slice(0, at), ...mine, ...lines.slice(at + 1).filter((_, index) => !notes.has(index + at + 1))].join(
    '\n',
  );
};
