import { describe, expect, test } from 'vitest';
import { routeMatcher } from '../../../local/gateway/route-match.ts';

const match = routeMatcher(
  [
    '$default',
    'ANY /{proxy+}',
    'GET /posts/{id}',
    'GET /posts/new',
    'ANY /posts/{id}',
    'GET /posts',
    'GET /posts/{id}/{rest+}',
    'GET /',
  ].map((key) => ({ key })),
);

describe('routes', () => {
  test.each<[string, string, string, object]>([
    ['GET', '/posts', 'GET /posts', {}],
    ['GET', '/posts/new', 'GET /posts/new', {}],
    ['GET', '/posts/p1', 'GET /posts/{id}', { id: 'p1' }],
    ['PUT', '/posts/p1', 'ANY /posts/{id}', { id: 'p1' }],
    ['GET', '/posts/p1/a/b', 'GET /posts/{id}/{rest+}', { id: 'p1', rest: 'a/b' }],
    ['PUT', '/posts/p1/a', 'ANY /{proxy+}', { proxy: 'posts/p1/a' }],
    ['GET', '/posts/', 'ANY /{proxy+}', { proxy: 'posts/' }],
    ['GET', '/', 'GET /', {}],
    ['PUT', '/', '$default', {}],
  ])('%s %s is %s', (method, path, key, pathParameters) => {
    expect(match(method, path)).toEqual({ route: { key }, pathParameters });
  });

  test('without a default route there may be none', () => {
    expect(routeMatcher([{ key: 'GET /a' }])('GET', '/b')).toBeUndefined();
  });
});
