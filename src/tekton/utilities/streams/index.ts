/** The standard streams of a process whose readers may go. Loads nothing. */
export {
  standardOutput,
  surviveClosedStreams,
  watchStream,
  type Sink,
  type WatchedStream,
} from './standard-streams.js';
