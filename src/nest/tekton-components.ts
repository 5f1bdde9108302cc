import type { Json } from '../kernel/index.js';
import type { ComponentCall, ComponentService } from '../plugin/contract/index.js';

/** Calls the actions of Tekton components, as the task `tekton/action` does. A class, so that Nest injects it by its type. */
export abstract class TektonComponents implements ComponentService {
  abstract call(call: ComponentCall): Promise<Json>;
}
