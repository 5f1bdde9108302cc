/** Everything that needs the SDK. Loaded when somebody speaks the protocol: it costs a start what nobody may use. */
export { createHttpServer, type HttpServer } from './http-server.js';
export { serveOverStdio, type Pipes } from './stdio-server.js';
