/**
 * What a caller may do. `read`: look. `run`: start executions and steer them; holds `read`. `write`: change workflows and
 * what starts them; holds `read`. `admin`: everything, credentials, plugins and keys among it.
 */
export type Permission = 'read' | 'run' | 'write' | 'admin';
