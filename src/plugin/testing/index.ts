/** For the tests of plugins, published as `@tekton/harmonia/testing`. Needs Node; a plugin itself must not import it. */
export { runTask, type LogLine, type ProgressReport, type TaskRun, type TaskSurroundings } from './run-task.js';
