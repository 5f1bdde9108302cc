import { isAbsolute } from 'node:path';
import { wrong, type Settings } from '../tekton/utilities/settings/index.js';

/** Where sprints and what is handed over are. */
export interface PlanningConfig {
  /** The checkout of the platform, an absolute path. Undefined: there are none. */
  readonly root: string | undefined;
}

export const planningConfig = (settings: Settings): PlanningConfig => {
  const root = settings.text('TEKTON_ROOT');
  if (root !== undefined && !isAbsolute(root)) throw wrong('TEKTON_ROOT', `"${root}" is no absolute path`);
  return { root };
};
