import { describe, expect, test } from 'vitest';
import { streamReaders } from '../../functions/runtime/contract.ts';
import { streamReader } from '../../functions/runtime/stream-reader.ts';
import type { Row } from '../../functions/runtime/table.ts';
import { changeRecord, streamEvent, streamRecord } from '../support/stream.ts';

const { readThings } = streamReaders('sample', {
  readThings: {
    summary: 'Reads things',
    entity: 'thing',
    moves: [
      { entity: 'plan', into: ['done', 'lost'] },
      { entity: 'walk', into: ['begun'] },
    ],
    needs: [],
  },
});
const plan = (state: string) => ({ pk: 'P', sk: '1', entity: 'plan', v: 1, state });
const thing = (sk: string) => ({ pk: 'T', sk, entity: 'thing', v: 1, size: 2, tags: ['a'] });

function setup() {
  const batches: Row[][] = [];
  let made = 0;
  const handler = streamReader(
    readThings,
    async (changes, tools: Row[][]) => {
      tools.push(changes.map(({ row }) => row));
    },
    () => {
      made += 1;
      return batches;
    },
  );
  return { handler, batches, made: () => made };
}

describe('stream reader', () => {
  test('gives the rows of its entity as they were inserted, in order', async () => {
    const { handler, batches } = setup();
    const other = { pk: 'T', sk: '2', entity: 'other', v: 1 };
    expect(await handler(streamEvent(thing('1'), other, thing('3')))).toEqual({ batchItemFailures: [] });
    expect(batches).toEqual([[thing('1'), thing('3')]]);
  });

  test('is not told of changed and deleted rows', async () => {
    const { handler, batches } = setup();
    await handler({ Records: [streamRecord(thing('1'), 'MODIFY'), streamRecord(thing('2'), 'REMOVE'), {}] });
    expect(batches).toEqual([[]]);
  });

  test('gives rows that come into a state it waits for', async () => {
    const { handler, batches } = setup();
    const moves = [
      changeRecord(plan('new'), plan('done')),
      changeRecord(plan('new'), plan('begun')),
      changeRecord(plan('lost'), plan('lost')),
      changeRecord(thing('1'), { ...thing('1'), state: 'done' }),
      changeRecord({ ...plan('new'), entity: 'walk' }, { ...plan('begun'), entity: 'walk' }),
      changeRecord({ ...plan('begun'), entity: 'walk' }, { ...plan('done'), entity: 'walk' }),
      streamRecord(plan('done')),
    ];
    await handler({ Records: moves });
    expect(batches).toEqual([[plan('done'), { ...plan('begun'), entity: 'walk' }]]);
  });

  test('tells when a row was written, and by which id the stream knows it', async () => {
    const told: unknown[] = [];
    const handler = streamReader(
      readThings,
      async (changes) => {
        told.push(...changes);
      },
      () => undefined,
    );
    const record = streamRecord(thing('1'));
    await handler({ Records: [record] });
    expect(told).toEqual([{ id: record.eventID, at: new Date('2030-01-01T12:00:00Z'), row: thing('1') }]);
  });

  test('makes its tools once', async () => {
    const { handler, made } = setup();
    expect(made()).toBe(0);
    await handler(streamEvent(thing('1')));
    await handler(streamEvent(thing('2')));
    expect(made()).toBe(1);
  });

  test('fails when its run fails, so that the batch comes again', async () => {
    const broken = new Error('broken');
    const handler = streamReader(
      readThings,
      () => Promise.reject(broken),
      () => undefined,
    );
    await expect(handler(streamEvent(thing('1')))).rejects.toBe(broken);
  });
});
