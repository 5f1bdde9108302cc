import { definePlugin } from '@tekton/harmonia/plugin';
import { call } from './call.js';
import { list } from './list.js';

export default definePlugin({ id: 'mcp', tasks: [call, list] });
