import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { startDynamodb } from '../../../local/engines/dynamodb.ts';
import { startLifeline } from '../../../local/engines/lifeline.ts';
import { indexStream } from '../../../local/engines/stream-index.ts';

const directory = mkdtempSync(join(tmpdir(), 'clientnest-stream-index-'));
const lifeline = startLifeline();
afterAll(async () => {
  await lifeline.release();
  rmSync(directory, { recursive: true, force: true });
});

// What engine 1.2.1 asks with each write, and with each read of a shard.
const newest =
  'SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1';
const ends =
  'SELECT MIN(sequence_number), MAX(sequence_number) FROM _stream_records WHERE table_name = ?1 AND shard_id = ?2';

test('the engine finds its records of the stream by an index', async () => {
  const file = join(directory, 'dynamodb.db');
  await startDynamodb(lifeline, file);
  const database = new DatabaseSync(file);
  const planOf = (sql: string) => JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  expect(planOf(newest)).toContain('stream_by_number');
  expect(planOf(ends)).toContain('stream_by_shard');
  database.close();
});

test('an engine that keeps its stream elsewhere is left alone', () => {
  const file = join(directory, 'other.db');
  indexStream(file);
  const database = new DatabaseSync(file);
  expect(database.prepare('SELECT * FROM sqlite_master').all()).toEqual([]);
  database.close();
});
