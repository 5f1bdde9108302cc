import { definePlugin } from '@tekton/harmonia/plugin';
import { action } from './action.js';

export default definePlugin({ id: 'tekton', tasks: [action] });
