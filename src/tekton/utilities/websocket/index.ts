/** WebSockets: a client that comes back, and the clients of a server. */
export { CLOSE_CODES, MAX_FRAME, parseFrame, type Frame } from './frame.js';
export { DEFAULT_RECONNECTION, type Reconnection } from './reconnection.js';
export { SocketClient, type SocketClientOptions, type SocketState } from './socket-client.js';
export { SocketIntake, type IntakeSocket, type SocketIntakeOptions } from './socket-intake.js';
export { SocketHub, type FrameHandler, type HubClient, type HubSocket, type SocketHubOptions } from './socket-hub.js';
