/** Work that components hand to one another: messages and files. */
export { HandoffDesk, type HandoffDeskParts, type SprintWork } from './handoff-desk.js';
export { HandoffFiles } from './handoff-files.js';
