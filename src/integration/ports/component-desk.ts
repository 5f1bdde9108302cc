import type { Json, JsonObject } from '../../kernel/index.js';
import type { DocumentPage, PageWanted } from './webhook-direction.js';

/** The components that there are, as documents in the words of the API. Refusals are `HarmoniaError`s. */
export interface Components {
  /** By name. */
  names(): Promise<readonly string[]>;
  /** By name: where each comes from, its address and how it fares. */
  list(page: PageWanted): Promise<DocumentPage>;
  find(name: string): Promise<JsonObject>;
  register(body: Json): Promise<JsonObject>;
  /** Fields that are absent stay as they are; a masked secret does, too. */
  update(name: string, body: Json): Promise<JsonObject>;
  remove(name: string): Promise<void>;
  /** Asks it, and tells what came; that it fails is no refusal. */
  test(name: string, body: Json): Promise<JsonObject>;
  actions(name: string): Promise<readonly string[]>;
  action(name: string, action: string): Promise<JsonObject>;
  /** Fulfils with the result. */
  call(name: string, action: string, params: Json): Promise<Json>;
}

/** What people say about components: who does which tasks, and what each can do. */
export interface ComponentNotes {
  mappings(): Promise<readonly JsonObject[]>;
  map(body: Json): Promise<JsonObject>;
  assignments(page: PageWanted): Promise<DocumentPage>;
  assign(body: Json): Promise<JsonObject>;
  /** Of a task that nobody has, too. */
  unassign(task: string): Promise<JsonObject>;
  actions(page: PageWanted): Promise<DocumentPage>;
  addAction(body: Json): Promise<JsonObject>;
}
