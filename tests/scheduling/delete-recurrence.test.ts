import { describe, expect, test } from 'vitest';
import { newId } from '../../functions/runtime/ids.ts';
import { claim, publishedOutcome } from '../support/posts.ts';
import { freshRecurrences } from '../support/recurrences.ts';
import { editor, otherTeamId, testTeamId, viewer } from '../support/request.ts';

async function setup() {
  const fresh = await freshRecurrences();
  const { body } = await fresh.create();
  await fresh.runTimer();
  const id: string = body.id;
  return { ...fresh, id };
}

describe('DELETE /recurrences/{recurrenceId}', () => {
  test('ends it, and the posts that are scheduled go', async () => {
    const { remove, runTimer, id, times, read, table } = await setup();
    expect(await remove(id)).toMatchObject({ status: 204 });
    await runTimer();
    expect(await times()).toEqual([]);
    expect((await read(id)).body).toMatchObject({ state: 'ended', occurrences: [] });
    const left = (await table.rows()).map(({ entity }) => entity);
    expect(left).toEqual(['recurrence']);
  });

  test('keeps the posts that are scheduled when told so, and makes no more', async () => {
    const { remove, runTimer, id, times, clock, load } = await setup();
    expect(await remove(id, { query: { scheduled: 'keep' } })).toMatchObject({ status: 204 });
    clock.now = new Date('2030-01-01T23:00:00Z');
    await runTimer();
    expect(await times()).toHaveLength(14);
    expect(await load(id)).toMatchObject({ state: 'ended' });
  });

  test('takes back at once what comes within minutes', async () => {
    const { remove, id, times, clock } = await setup();
    clock.now = new Date('2030-01-02T07:58:00Z');
    await remove(id);
    expect(await times()).toHaveLength(13);
  });

  test('leaves what is out', async () => {
    const { remove, runTimer, id, planned, clock, publications, postTable } = await setup();
    const [first] = await planned();
    const { publications: found } = await postTable.load(testTeamId, first?.id ?? '');
    clock.now = new Date('2030-01-02T09:00:00Z');
    const [publication] = found;
    await publications.settle(await claim(publications, publication, clock.now), publishedOutcome);
    await remove(id);
    await runTimer();
    expect(await planned()).toMatchObject([{ id: first?.id, state: 'published' }]);
  });

  test('is refused for another version than was seen, for viewers and for strangers', async () => {
    const { remove, update, read, id, times } = await setup();
    const etag = String((await read(id)).headers?.etag);
    await update(id, { text: 'Changed' });
    expect(await remove(id, { headers: { 'if-match': etag } })).toMatchObject({ status: 412 });
    expect(await remove(id, { caller: viewer })).toMatchObject({ status: 403 });
    const notFound = { status: 404, body: { code: 'recurrence.not_found' } };
    expect(await remove(id, { caller: { ...editor, teamId: otherTeamId } })).toMatchObject(notFound);
    expect(await remove(newId('recur'))).toMatchObject(notFound);
    expect(await remove(id, { query: { scheduled: 'maybe' } })).toMatchObject({ status: 422 });
    expect(await times()).toHaveLength(14);
  });
});
