import { definePlugin } from '@tekton/harmonia/plugin';
import { generate } from './generate.js';

export default definePlugin({ id: 'llm', tasks: [generate] });
