import { definePlugin } from '@tekton/harmonia/plugin';
import { delay } from './delay.js';
import { fail } from './fail.js';
import { log } from './log.js';
import { noop } from './noop.js';
import { value } from './value.js';

export default definePlugin({ id: 'core', tasks: [noop, value, delay, fail, log] });
