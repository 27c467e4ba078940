import { describe, expect, test } from 'vitest';
import { codeOf, sourceFiles } from '../support/source.ts';

const files = sourceFiles('functions').map((file) => ({ path: file.path, code: codeOf(file) }));
const mayBuildKeys = (path: string) => /-(table|rows)\.ts$/.test(path) || path.startsWith('functions/runtime/');

type RowKey = { path: string; pk: string; sk: string };
const shapeOf = (value = '') => (/^[`']/.test(value) ? value.slice(1, -1).replace(/\$\{[^}]*\}/g, '*') : '*');

/** Every key of a row that the code builds, with `*` for what varies. */
const rowKeys = files.flatMap(({ path, code }): RowKey[] =>
  [...code.matchAll(/\bpk: (`[^`]*`|'[^']*'),\s*sk: (`[^`]*`|'[^']*'|\w+)/g)].map(([, pk, sk]) => ({
    path,
    pk: shapeOf(pk),
    sk: shapeOf(sk),
  })),
);
const fixedPart = (shape: string) => shape.split('*')[0] ?? '';

/** Whether a read of the one kind of rows, by their prefix, could meet the other. */
const meet = (one: RowKey, other: RowKey) => one.pk === other.pk && fixedPart(one.sk).startsWith(fixedPart(other.sk));

describe('row keys', () => {
  test('the check itself sees them', () => {
    expect(rowKeys).toContainEqual({ path: 'functions/posts/post-rows.ts', pk: 'TEAM#*', sk: 'POST#*' });
    expect(rowKeys).toContainEqual({ path: 'functions/runtime/events.ts', pk: 'TEAM#*#EVENTS', sk: 'EVENT#*' });
  });

  test('no two kinds of rows share a prefix', () => {
    const shared = rowKeys.flatMap((one, place) =>
      rowKeys.flatMap((other, otherPlace) => (place !== otherPlace && meet(one, other) ? [[one, other]] : [])),
    );
    expect(shared).toEqual([]);
  });

  test('all lie in a partition of a team, a user (either may be the owner), an app, an account, one who tries to sign in, or the health probe', () => {
    expect(
      rowKeys.filter(({ pk }) => !/^(TEAM#\*|USER#\*|APP#|ACCOUNT#|THROTTLE#|HEALTH$|\*#[A-Z]+$)/.test(pk)),
    ).toEqual([]);
  });

  test('are built by domains in table files only', () => {
    const building = files
      .filter(({ code }) => /\b(gsi\d)?[ps]k: (?!'(absent|present)')[`']/.test(code))
      .map(({ path }) => path);
    expect(building.filter((path) => !mayBuildKeys(path))).toEqual([]);
    expect(building.length).toBeGreaterThan(5);
  });
});

describe('rows', () => {
  const entities = files
    .filter(({ path }) => mayBuildKeys(path))
    .flatMap(({ path, code }) =>
      [...code.matchAll(/\bentity: (?:z\.literal\()?'(\w+)'\)?,(\s*v: )?/g)].map(([, name = '', version]) => ({
        path,
        name,
        version,
      })),
    );

  test('of one kind are written by one file', () => {
    const writers = Map.groupBy(entities, ({ name }) => name);
    const several = [...writers].filter(([, found]) => new Set(found.map(({ path }) => path)).size > 1);
    expect(several).toEqual([]);
    expect([...writers.keys()]).toEqual(
      expect.arrayContaining(['post', 'publication', 'connection', 'metrics', 'event']),
    );
  });

  test('carry the version of their shape', () => {
    expect(entities.filter(({ version }) => version === undefined)).toEqual([]);
  });
});
