import { decoded } from './request-event.ts';

export type RouteMatch<Route> = { route: Route; pathParameters: Record<string, string> };

/** Finds the route of a request as an HTTP API does: the most specific path first, a method before `ANY`, `$default` last. */
export function routeMatcher<Route extends { key: string }>(routes: readonly Route[]) {
  const candidates = routes
    .filter(({ key }) => key !== '$default')
    .map(toCandidate)
    .sort(bySpecificity);
  const fallback = routes.find(({ key }) => key === '$default');
  return (method: string, path: string): RouteMatch<Route> | undefined => {
    const segments = segmentsOf(path).map(decoded);
    for (const candidate of candidates) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

const segmentsOf = (path: string) => path.replace(/^\//, '').split('/');

function toCandidate<Route extends { key: string }>(route: Route) {
  const [method = '', path = ''] = route.key.split(' ');
  return { route, method, segments: segmentsOf(path) };
}

/** Literal before parameter before greedy parameter, from left to right. */
const rank = (segment: string) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0);

type Candidate = { method: string; segments: string[] };

function bySpecificity(one: Candidate, other: Candidate): number {
  const shared = Math.min(one.segments.length, other.segments.length);
  for (let place = 0; place < shared; place += 1) {
    const difference = rank(one.segments[place] ?? '') - rank(other.segments[place] ?? '');
    if (difference !== 0) return difference;
  }
  return Number(one.method === 'ANY') - Number(other.method === 'ANY');
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [place, part] of pattern.entries()) {
    const segment = segments[place];
    if (segment === undefined || (part.startsWith('{') && segment === '')) return undefined;
    const name = part.replace(/^\{|\+?\}$/g, '');
    if (part.endsWith('+}')) return { ...parameters, [name]: segments.slice(place).join('/') };
    if (part.startsWith('{')) parameters[name] = segment;
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
}
