import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { authorizers, endpoints, events, kebab, timers } from '../../functions/runtime/contract.ts';

describe('contract', () => {
  test.each([
    ['getPost', 'get-post'],
    ['getPostMetrics', 'get-post-metrics'],
    ['confirm', 'confirm'],
  ])('names the file of %s %s', (name, file) => {
    expect(kebab(name)).toBe(file);
  });

  test('places each entry in its domain', () => {
    const entry = {
      route: 'GET /things',
      summary: 'Reads',
      auth: 'none',
      reply: { status: 204 },
      faults: [],
      needs: [],
    } as const;
    const { listThings } = endpoints({ domain: 'things', faults: {} }, { listThings: entry });
    const placed = { name: 'listThings', domain: 'things', file: 'functions/things/list-things.ts' };
    expect(listThings).toEqual({ ...entry, ...placed });
    expect(timers('things', { listThings: { summary: 'Counts', every: 'day', needs: [] } }).listThings).toMatchObject(
      placed,
    );
    expect(authorizers('things', { listThings: { summary: 'Lets in', needs: [] } }).listThings).toMatchObject(placed);
  });

  test('knows each event by its type', () => {
    const data = z.object({ id: z.string() });
    expect(events({ 'thing.painted': data })['thing.painted']).toEqual({ type: 'thing.painted', data });
  });
});
