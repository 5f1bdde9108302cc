import { definePlugin } from '@tekton/harmonia/plugin';
import { send } from './send.js';

export default definePlugin({ id: 'email', tasks: [send] });
