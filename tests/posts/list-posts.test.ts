import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { postsContract } from '../../functions/posts/contract.ts';
import { listPosts } from '../../functions/posts/list-posts.ts';
import { cursors } from '../../functions/runtime/cursor.ts';
import { endpoint } from '../../functions/runtime/endpoint.ts';
import { freshPosts, plannedPost } from '../support/posts.ts';
import { editor, otherTeamId, send } from '../support/request.ts';

async function setup(drafts: number, scheduled = 0) {
  const { posts } = await freshPosts();
  const made = [
    ...Array.from({ length: drafts }, () => plannedPost({ publishAt: null })),
    ...Array.from({ length: scheduled }, () => plannedPost()),
  ];
  for (const post of made) await posts.insert(post);
  const newestFirst = made
    .map(({ post }) => post.id)
    .toSorted()
    .toReversed();
  const tools = { posts, cursors: cursors('k'.repeat(32)) };
  return { newestFirst, handler: endpoint(postsContract.listPosts, listPosts, () => tools) };
}

type Handler = Awaited<ReturnType<typeof setup>>['handler'];

async function walk(handler: Handler, query: Record<string, string>): Promise<string[][]> {
  const { body } = await send(handler, { query });
  const ids = body.items.map(({ id }: { id: string }) => id);
  return body.next === null ? [ids] : [ids, ...(await walk(handler, { ...query, cursor: body.next }))];
}

describe('GET /posts', () => {
  test('walks all posts in pages, newest first', async () => {
    const { handler, newestFirst } = await setup(5);
    const pages = await walk(handler, { limit: '2' });
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(newestFirst);
  });

  test('shows fewer at once where posts are large, and leaves none out', async () => {
    const { posts } = await freshPosts();
    const text = 'x'.repeat(60_000);
    const made = Array.from({ length: 40 }, () => plannedPost({ publishAt: null, text }));
    for (const one of made) await posts.insert(one);
    const tools = { posts, cursors: cursors('k'.repeat(32)) };
    const pages = await walk(
      endpoint(postsContract.listPosts, listPosts, () => tools),
      { limit: '100' },
    );
    expect(pages.map((page) => page.length * text.length).filter((bytes) => bytes > 1_100_000)).toEqual([]);
    expect(pages.flat()).toEqual(
      made
        .map(({ post }) => post.id)
        .toSorted()
        .toReversed(),
    );
  });

  test('shows drafts whose cover is at a moment that few videos have', async () => {
    const { posts } = await freshPosts();
    const { post } = plannedPost({ publishAt: null });
    const overrides = { pinterest: { coverSeconds: 1200 } };
    await posts.insert({ post: { ...post, overrides }, publications: [] });
    const tools = { posts, cursors: cursors('k'.repeat(32)) };
    const handler = endpoint(postsContract.listPosts, listPosts, () => tools);
    expect(await send(handler)).toMatchObject({ status: 200, body: { items: [{ id: post.id, overrides }] } });
  });

  test('filters by state, in pages too', async () => {
    const { handler, newestFirst } = await setup(3, 3);
    const drafts = await walk(handler, { limit: '1', state: 'draft' });
    expect(drafts.flat()).toEqual(newestFirst.slice(3));
    expect(await send(handler, { query: { state: 'published' } })).toMatchObject({ body: { items: [], next: null } });
  });

  test('refuses a changed cursor, one of another filter and one of another team', async () => {
    const { handler } = await setup(3);
    const { body } = await send(handler, { query: { limit: '1' } });
    const refused = { status: 400, body: { code: 'cursor.invalid' } };
    expect(await send(handler, { query: { cursor: body.next, state: 'draft' } })).toMatchObject(refused);
    const caller = { ...editor, teamId: otherTeamId };
    expect(await send(handler, { query: { cursor: body.next }, caller })).toMatchObject(refused);
    const changes = fc.record({ at: fc.nat(body.next.length - 1), to: fc.constantFrom('A', 'b', '0', '-', '_') });
    await fc.assert(
      fc.asyncProperty(changes, async ({ at, to }) => {
        fc.pre(body.next[at] !== to);
        const cursor = body.next.slice(0, at) + to + body.next.slice(at + 1);
        expect(await send(handler, { query: { cursor } })).toMatchObject(refused);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', 'x'],
    ['state', 'gone'],
  ])('refuses %s=%s', async (name, value) => {
    const reply = await send((await setup(0)).handler, { query: { [name]: value } });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: `query.${name}` }] } });
  });
});
