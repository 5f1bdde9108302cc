/** What people write to Harmonia, and what it answers. */
export { CommandDesk, type MessageDeskParts } from './message-desk.js';
