import { definePlugin } from '@tekton/harmonia/plugin';
import { command } from './command.js';
import { isolates } from './isolates.js';
import { javascript } from './javascript.js';

export default definePlugin({ id: 'script', tasks: [command, javascript], stop: () => isolates.stop() });
