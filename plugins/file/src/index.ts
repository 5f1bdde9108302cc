import { definePlugin } from '@tekton/harmonia/plugin';
import { append } from './append.js';
import { copy } from './copy.js';
import { remove } from './delete.js';
import { dropped } from './dropped.js';
import { list } from './list.js';
import { move } from './move.js';
import { read } from './read.js';
import { stat } from './stat.js';
import { write } from './write.js';

export default definePlugin({
  id: 'file',
  tasks: [read, write, append, list, stat, copy, move, remove],
  triggers: [dropped],
});
