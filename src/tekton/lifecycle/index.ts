/** How the service is told to stop. */
export { ShutdownDesk, type StopRequest } from './shutdown-desk.js';
