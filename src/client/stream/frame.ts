import type { components } from '../generated/api.js';

/** A stored event: it has a place and comes again when it is asked for. */
export type StoredEvent = components['schemas']['EventAnswer'];
/** How far a running attempt is: told once, and not again. */
export type ProgressEvent = components['schemas']['ProgressEventAnswer'];
/** Told apart by `event_type`. */
export type ExecutionEvent = StoredEvent | ProgressEvent;

/** What comes over a stream: a JSON object with a type. */
export type Frame = Readonly<Record<string, unknown>>;

/** The last frame of a stream that we have ended ourselves, because too much of it waits to be read. */
export const CUT: Frame = { type: 'cut' };

export const parseFrame = (text: string): Frame | undefined => {
  try {
    const frame: unknown = JSON.parse(text);
    return typeof frame === 'object' && frame !== null && !Array.isArray(frame) ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
};

export const isStored = (frame: Frame): frame is Frame & StoredEvent =>
  typeof frame.sequence === 'number' && typeof frame.event_type === 'string';

export const isProgress = (frame: Frame): frame is Frame & ProgressEvent => frame.event_type === 'task_progress';

/** What is read of a stream, until it ends; whoever stops reading ends it. */
export async function* chunksOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
