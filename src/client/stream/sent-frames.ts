import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Line } from '../call/line.js';
import { chunksOf, parseFrame, type Frame } from './frame.js';

/** The frames of a stream of server-sent events until it ends; what is not read stays with the service. */
export async function* sentFrames(line: Line, path: string, signal: AbortSignal): AsyncGenerator<Frame, void> {
  const response = await line.open(path, { signal, headers: { ...line.headers(), accept: 'text/event-stream' } });
  const { ok, body } = response;
  if (!ok || !body) return void (await body?.cancel());
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of chunksOf(events)) {
    const frame = parseFrame(data);
    // Events say their type themselves.
    if (frame) yield { type: event, ...frame };
  }
}
