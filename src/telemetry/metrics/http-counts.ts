import type { AnsweredRequest, RequestMeter } from '../ports/index.js';
import { Apart, counter, Distribution, histogram, SHORT_TIMES, type Family } from './tally.js';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** More than the service has. */
const MOST_ROUTES = 1000;

class Route {
  readonly times = new Distribution(SHORT_TIMES);
  /** By status. */
  readonly counts = new Apart(() => ({ answers: 0 }), 50);
}

/** Counts requests by the template of their route: `/api/v1/executions/:id`. */
export class HttpCounts implements RequestMeter {
  private readonly methods = new Apart(() => new Apart(() => new Route(), MOST_ROUTES), METHODS.size + 1);

  answered({ method, route = 'unmatched', status, seconds }: AnsweredRequest): void {
    const counts = this.methods.of(METHODS.has(method) ? method : 'other').of(route);
    counts.counts.of(String(status)).answers += 1;
    if (seconds !== undefined) counts.times.add(seconds);
  }

  families(): readonly Family[] {
    const routes = [...this.methods.entries()].flatMap(([method, known]) =>
      [...known.entries()].map(([route, about]) => ({ labels: { method, route }, about })),
    );
    return [
      counter(
        {
          name: 'harmonia_http_requests_total',
          help: 'Requests that were answered, by method, template of the route and status.',
          labels: ['method', 'route', 'status'],
        },
        routes.flatMap(({ labels, about }) =>
          [...about.counts.entries()].map(([status, { answers }]) => ({
            labels: { ...labels, status },
            value: answers,
          })),
        ),
      ),
      histogram(
        {
          name: 'harmonia_http_request_duration_seconds',
          help: 'From the request to the end of the answer; streams are left out.',
          labels: ['method', 'route'],
        },
        (name) => routes.flatMap(({ labels, about }) => about.times.samples(name, labels)),
      ),
    ];
  }
}
