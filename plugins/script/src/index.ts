import { definePlugin } from '@tekton/harmonia/plugin';
import { command } from './command.js';
import { javascript } from './javascript.js';

export default definePlugin({ id: 'script', tasks: [command, javascript] });
