import { domains } from '../../functions/contracts.ts';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import { pathPrefix, routeOf } from '../../lib/routes.ts';
import { exampleOf, type Filling } from './example.ts';
import type { HttpRequest } from './http-client.ts';
import { type IdPlace, idPlaces } from './id-places.ts';
import { type Shape, shapeOf } from './shape.ts';

const parts = ['path', 'query', 'body'] as const;
export type Part = (typeof parts)[number];
export type PartPlace = IdPlace & { part: Part };

/** An endpoint, as one who makes requests to it sees it. */
export type Operation = {
  entry: Endpoint;
  shapes: Readonly<Partial<Record<Part, Shape>>>;
  /** Where ids stand in its requests. */
  places: readonly PartPlace[];
};
/** The parts of a request before they are written down; `body` may be of any kind. */
export type RequestParts = { path: Record<string, string>; query: Record<string, string>; body?: unknown };

export const operations: readonly Operation[] = domains
  .flatMap(({ endpoints }) => Object.values(endpoints ?? {}))
  .map((entry) => {
    const shapes = Object.fromEntries(
      parts.flatMap((part) => {
        const schema = entry[part];
        return schema ? [[part, shapeOf(schema)]] : [];
      }),
    ) as Operation['shapes'];
    const places = parts.flatMap((part) => {
      const shape = shapes[part];
      return shape ? idPlaces(shape).map((place) => ({ ...place, part })) : [];
    });
    return { entry, shapes, places };
  });

/** A valid request, as small as can be, with an id at `goal`. */
export function exampleParts({ entry, shapes }: Operation, filling: Filling, goal?: PartPlace): RequestParts {
  const example = (part: Part) => {
    const shape = shapes[part];
    const value = shape && exampleOf(shape, filling, { goal: goal?.part === part ? goal.way : undefined });
    const schema = entry[part];
    if (schema?.safeParse(value).success === false)
      throw new Error(
        `${entry.name}: ${JSON.stringify(value)} is no valid ${part}; give its schema a .meta({ example })`,
      );
    return value;
  };
  return { path: texts(example('path')), query: texts(example('query')), body: example('body') };
}

const texts = (value: unknown) =>
  Object.fromEntries(Object.entries(value ?? {}).map(([name, one]) => [name, String(one)]));

/** Writes the parts down as a request of the operation. */
export function requestOf({ entry }: Operation, { path, query, body }: RequestParts): HttpRequest {
  const route = routeOf(entry);
  const filled = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return {
    method: route.method,
    path: `${pathPrefix}${filled}${search && `?${search}`}`,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}
