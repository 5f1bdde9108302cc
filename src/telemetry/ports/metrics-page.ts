/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** Template of its route, `/api/v1/executions/:id`; absent: there is none. */
  readonly route?: string;
  readonly status: number;
  /** Absent: it was a stream, which takes as long as somebody listens. */
  readonly seconds?: number;
}

/** Is told of every request. */
export interface RequestMeter {
  answered(request: AnsweredRequest): void;
}

/** What is measured, for Prometheus. */
export interface MetricsPage {
  /** Of the text exposition format 0.0.4. */
  readonly contentType: string;
  text(): Promise<string>;
  /** How many listen to streams; asked at every reading. */
  streams(count: () => number): void;
}
