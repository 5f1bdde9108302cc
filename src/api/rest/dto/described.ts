import { ApiHeader, ApiResponse } from '@nestjs/swagger';

type Decorated = MethodDecorator & ClassDecorator;

/** Takes an `Idempotency-Key`. */
export const Keyed = (description = 'Makes the request safe to repeat.'): Decorated =>
  ApiHeader({ name: 'Idempotency-Key', required: false, description });

/** Refuses a body with every fault of it. */
export const Faulty = (): Decorated => ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer.' });

/** There may be none of that id. */
export const Missing = (code: string): Decorated => ApiResponse({ status: 404, description: code });
