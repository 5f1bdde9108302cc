import { HarmoniaError, isLoopback } from '../kernel/index.js';

export interface Listener {
  /** The address that the service is to listen on. */
  readonly host: string;
  /** Callers must say who they are. */
  readonly isRequired: boolean;
  /** Somebody wants it to listen to everybody and ask nobody. */
  readonly allowsUnauthenticated: boolean;
}

/** Throws `listener_open_to_all` when everybody who reaches the machine could do everything, and nobody said so. */
export const mustBeClosed = ({ host, isRequired, allowsUnauthenticated }: Listener): void => {
  if (isRequired || allowsUnauthenticated || isLoopback(host)) return;
  throw new HarmoniaError('listener_open_to_all', { host });
};
