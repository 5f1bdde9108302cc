/** Puts Harmonia into a checkout of Tekton, in place of the Python component. */
export { install, undo, type InstallReport, type InstallRequest } from './installation.js';
