import { definePlugin } from '@tekton/harmonia/plugin';
import { execute } from './execute.js';
import { query } from './query.js';
import { transaction } from './transaction.js';

export default definePlugin({ id: 'sql', tasks: [query, execute, transaction] });
