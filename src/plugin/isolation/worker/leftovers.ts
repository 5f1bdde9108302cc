import { getHeapStatistics } from 'node:v8';
import type { WorkerFacts } from '../wire.js';
import { rememberIntrinsics } from './intrinsics.js';
import { isSomethingPending } from './watched-timers.js';

const openResources = process.getActiveResourcesInfo.bind(process);
const heap = getHeapStatistics;

/** Ports come and go with the attempts; they are the host's. */
const openCount = (): number => {
  const kinds = openResources();
  let count = 0;
  for (let index = 0; index < kinds.length; index++) if (kinds[index] !== 'MessagePort') count += 1;
  return count;
};

/** Watches what attempts leave behind in this thread. Made once the plugin is loaded: what it did then is how it is. */
export class Leftovers {
  private attempts = 0;
  private readonly isUntouched = rememberIntrinsics();
  private readonly opened = openCount();

  constructor(private readonly facts: WorkerFacts) {
    // Timers that the plugin made while it was loaded belong to it.
    isSomethingPending();
  }

  /** Whether the next attempt would find the thread as the first one did. */
  isClean(): boolean {
    this.attempts += 1;
    const { maxAttempts, maxKeptBytes } = this.facts;
    const isPending = isSomethingPending();
    if (this.attempts >= maxAttempts || isPending || openCount() > this.opened || !this.isUntouched()) return false;
    const { used_heap_size: used, external_memory: external } = heap();
    return used <= maxKeptBytes && external <= maxKeptBytes;
  }
}
