import { definePlugin } from '@tekton/harmonia/plugin';
import { command } from './command.js';

export default definePlugin({ id: 'script', tasks: [command] });
