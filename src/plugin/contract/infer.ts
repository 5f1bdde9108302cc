import type { Json, JsonObject } from '../../kernel/index.js';

interface Plain {
  readonly string: string;
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly null: null;
  readonly object: JsonObject;
  readonly array: readonly Json[];
}

type RequiredOf<S> = S extends { readonly required: readonly (infer K)[] } ? K : never;

type Properties<S, P> = {
  readonly [K in keyof P as K extends RequiredOf<S> ? K : never]: Infer<P[K]>;
} & {
  readonly [K in keyof P as K extends RequiredOf<S> ? never : K]?: Infer<P[K]>;
};

/**
 * The values that fit a JSON Schema, as far as its `const`, `enum`, `anyOf`, `oneOf`, `type`, `properties`, `required` and
 * `items` say so; `Json` where they say nothing. Other keywords narrow what is checked, not the type.
 */
export type Infer<S> = S extends { readonly const: infer V }
  ? V
  : S extends { readonly enum: readonly (infer V)[] }
    ? V
    : S extends { readonly anyOf: readonly (infer One)[] } | { readonly oneOf: readonly (infer One)[] }
      ? Infer<One>
      : S extends { readonly properties: infer P }
        ? Properties<S, P>
        : S extends { readonly items: infer I }
          ? readonly Infer<I>[]
          : S extends { readonly type: readonly (infer T)[] }
            ? T extends keyof Plain
              ? Plain[T]
              : Json
            : S extends { readonly type: infer T }
              ? T extends keyof Plain
                ? Plain[T]
                : Json
              : Json;

/** `Infer`, and any JSON object where there is no schema. */
export type InferObject<S> = [S] extends [undefined] ? JsonObject : JsonObject extends S ? JsonObject : Infer<S>;
