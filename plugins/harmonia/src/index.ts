import { definePlugin } from '@tekton/harmonia/plugin';
import { emit } from './emit.js';
import { event } from './event.js';
import { execution } from './execution.js';
import { setState } from './set-state.js';
import { start } from './start.js';

export default definePlugin({ id: 'harmonia', tasks: [emit, setState, start], triggers: [event, execution] });
