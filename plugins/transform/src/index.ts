import { definePlugin } from '@tekton/harmonia/plugin';
import { filter } from './filter.js';
import { group } from './group.js';
import { join } from './join.js';
import { map } from './map.js';
import { query } from './query.js';
import { sort } from './sort.js';
import { template } from './template.js';

export default definePlugin({ id: 'transform', tasks: [query, map, filter, sort, group, join, template] });
