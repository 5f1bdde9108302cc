/** The life of a component. */
export {
  Lifecycle,
  LIFECYCLE_EXIT,
  type LifecycleEvent,
  type LifecycleHooks,
  type LifecycleState,
} from './lifecycle.js';
