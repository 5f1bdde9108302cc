import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';

export interface ServedRoute {
  readonly path: string;
  readonly method: string;
  readonly description: string;
  readonly tags: readonly string[] | null;
}

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
}

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** What the service serves, as its OpenAPI document says. Made when it is first asked for: it would cost the start a second. */
@Injectable()
export class ServedRoutes {
  private made: OpenAPIObject | undefined;
  private make: () => OpenAPIObject = () => {
    throw new Error('the application is not configured');
  };

  describedBy(make: () => OpenAPIObject): void {
    this.make = make;
  }

  document(): OpenAPIObject {
    return (this.made ??= this.make());
  }

  all(): readonly ServedRoute[] {
    return Object.entries(this.document().paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method] as Operation | undefined;
        if (!operation) return [];
        const { summary = '', tags = null } = operation;
        return [{ path, method: method.toUpperCase(), description: summary, tags }];
      }),
    );
  }
}
