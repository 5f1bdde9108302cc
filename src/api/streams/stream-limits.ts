/** How patient the streams are, and how much they keep. Tests pass shorter ones. */
export interface StreamLimits {
  /** ms of silence after which a keepalive is sent to a client of server-sent events. */
  readonly keepalive: number;
  /** ms between two pings of a WebSocket; a peer that answers none of them is gone. */
  readonly heartbeat: number;
  /** ms in which a client must make room when too much waits for it. */
  readonly patience: number;
  /** Bytes that may wait for a client before nothing more is handed to it. */
  readonly maxPending: number;
  /** WebSockets and server-sent streams together. */
  readonly maxClients: number;
  /** The same of one address. */
  readonly maxClientsPerPeer: number;
  /** Executions that one WebSocket may follow. */
  readonly maxSubscriptions: number;
  /** Frames a second, of any kind, that are read of one WebSocket. */
  readonly maxFrameRate: number;
}

export const STREAM_LIMITS: StreamLimits = {
  keepalive: 30_000,
  heartbeat: 25_000,
  patience: 30_000,
  maxPending: 2 ** 20,
  maxClients: 10_000,
  maxClientsPerPeer: 1000,
  maxSubscriptions: 1000,
  maxFrameRate: 1000,
};
