/** Who asks that the service stops, as the connection and the headers of the request say. */
export interface StopCaller {
  /** Address of the other end; undefined: it has gone already. */
  readonly address: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What was asked, for the log: `POST /shutdown`. */
  readonly way: string;
}

/** Takes requests to stop the service. */
export interface Shutdown {
  readonly isRequested: boolean;
  /** Asked for once more it changes nothing. Throws `shutdown_refused`. */
  ask(caller: StopCaller): void;
}
