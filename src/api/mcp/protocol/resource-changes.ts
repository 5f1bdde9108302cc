import type { ServerEvent, ServerEventBus } from '@modelcontextprotocol/server';
import type { EventFeed } from '../../streams/event-feed.js';
import { executionUri, workflowUri } from '../resources.js';

type Listener = (event: ServerEvent) => void;

/**
 * Tells who has subscribed that a workflow or an execution is not what it was. The engine's feed is listened to only
 * while somebody has: otherwise its hot path would pay for nobody.
 */
export class ResourceChanges implements ServerEventBus {
  private readonly listeners = new Set<Listener>();
  private stopFeed: (() => void) | undefined;

  constructor(private readonly feed: Pick<EventFeed, 'listen' | 'listenToWorkflows'>) {}

  publish(event: ServerEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    this.stopFeed ??= this.follow();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.stopFeed?.();
      this.stopFeed = undefined;
    };
  }

  private follow(): () => void {
    const stops = [
      this.feed.listen(undefined, ({ type, execution_id: execution }) => {
        if (type !== 'task_progress') this.publish({ kind: 'resource_updated', uri: executionUri(execution) });
      }),
      this.feed.listenToWorkflows(({ type, workflow_id: workflow }) => {
        this.publish({ kind: 'resource_updated', uri: workflowUri(workflow) });
        if (type !== 'workflow_updated') this.publish({ kind: 'resources_list_changed' });
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }
}
