import type { Json } from '../../kernel/index.js';
import type { ComponentCall, ComponentService } from '../contract/index.js';

/** A call, and what the platform sends with it beside what the task says. */
export interface CarriedCall extends ComponentCall {
  /** Absent: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls components, as the host has it. */
export interface ComponentSource extends ComponentService {
  call(call: CarriedCall): Promise<Json>;
}
