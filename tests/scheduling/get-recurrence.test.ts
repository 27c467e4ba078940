import { describe, expect, test } from 'vitest';
import { newId } from '../../functions/runtime/ids.ts';
import { freshRecurrences } from '../support/recurrences.ts';
import { editor, otherTeamId, viewer } from '../support/request.ts';

describe('GET /recurrences/{recurrenceId}', () => {
  test('answers the next ten occurrences, with the posts of those that are made', async () => {
    const { create, read, runTimer, planned } = await freshRecurrences();
    const { body } = await create({ rrule: 'FREQ=WEEKLY;COUNT=20' });
    const before = await read(body.id, { caller: viewer });
    expect(before).toMatchObject({ status: 200, body: { ...body, occurrences: expect.any(Array), lapsed: [] } });
    expect(before.body.occurrences).toHaveLength(10);
    expect(before.body.occurrences[0]).toEqual({
      localTime: '2030-01-08T09:00',
      timeZone: 'Europe/Berlin',
      publishAt: '2030-01-08T08:00:00.000Z',
      adjusted: null,
      state: 'planned',
      postId: null,
      reason: null,
    });
    await runTimer();
    const [first, second] = await planned();
    expect((await read(body.id)).body.occurrences.slice(0, 3)).toMatchObject([
      { state: 'made', postId: first?.id },
      { state: 'made', postId: second?.id },
      { state: 'planned', postId: null },
    ]);
  });

  test('leaves out exceptions', async () => {
    const { create, read } = await freshRecurrences();
    const { body } = await create({ except: ['2030-01-02T09:00'] });
    expect((await read(body.id)).body.occurrences[0]).toMatchObject({ localTime: '2030-01-03T09:00' });
  });

  test('tells of what came to no post lately', async () => {
    const { create, read, runTimer, clock } = await freshRecurrences();
    const { body } = await create();
    clock.now = new Date('2030-01-03T12:00:00Z');
    await runTimer();
    expect((await read(body.id)).body.lapsed).toMatchObject([
      { localTime: '2030-01-02T09:00', state: 'missed', postId: null, adjusted: null },
      { localTime: '2030-01-03T09:00', state: 'missed' },
    ]);
    clock.now = new Date('2030-01-10T00:00:00Z');
    expect((await read(body.id)).body.lapsed).toMatchObject([{ localTime: '2030-01-03T09:00' }]);
  });

  test('finds none of another team', async () => {
    const { create, read } = await freshRecurrences();
    const { body } = await create();
    const notFound = { status: 404, body: { code: 'recurrence.not_found' } };
    expect(await read(newId('recur'))).toMatchObject(notFound);
    expect(await read(body.id, { caller: { ...editor, teamId: otherTeamId } })).toMatchObject(notFound);
  });
});
