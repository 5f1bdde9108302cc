import { definePlugin } from '@tekton/harmonia/plugin';
import { request } from './request.js';

export default definePlugin({ id: 'http', tasks: [request] });
