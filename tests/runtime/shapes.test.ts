import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  Instant,
  LocalTime,
  PageQuery,
  pageOf,
  TimeZone,
  UtcInstant,
  WebAddress,
  Written,
} from '../../functions/runtime/shapes.ts';

const minute = 60_000;
const pad = (number: number) => String(number).padStart(2, '0');
/** The same instant as clocks show it `offset` minutes east of Greenwich. */
function written(at: Date, offset: number) {
  const local = new Date(at.getTime() + offset * minute).toISOString().slice(0, -1);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
const instants = fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true });
const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });

function codeOf(schema: z.ZodType, input: unknown) {
  const [issue] = schema.safeParse(input).error?.issues ?? [];
  return issue?.code === 'custom' ? (issue.params?.code ?? 'custom') : issue?.code;
}

describe('Instant', () => {
  test('is the same instant, in UTC, whatever the offset', () => {
    fc.assert(
      fc.property(instants, offsets, (at, offset) => {
        expect(Instant.parse(written(at, offset))).toBe(at.toISOString());
        expect(Instant.parse(at.toISOString())).toBe(at.toISOString());
      }),
    );
  });

  test('of the same moment is the same text, so that texts sort as times do', () => {
    fc.assert(
      fc.property(instants, instants, offsets, offsets, (one, other, offset, otherOffset) => {
        const [first, second] = [Instant.parse(written(one, offset)), Instant.parse(written(other, otherOffset))];
        expect(Math.sign(first < second ? -1 : Number(first > second))).toBe(
          Math.sign(one.getTime() - other.getTime()),
        );
      }),
    );
  });

  test('without a zone is refused, whatever the time', () => {
    fc.assert(
      fc.property(instants, (at) => {
        expect(codeOf(Instant, at.toISOString().slice(0, -1))).toBe('input.naive_time');
      }),
    );
  });

  test.each([
    ['a fraction finer than a millisecond', '2030-01-31T09:30:00.123456789Z', '2030-01-31T09:30:00.123Z'],
    ['a leap day', '2028-02-29T23:00:00-01:00', '2028-03-01T00:00:00.000Z'],
  ])('may have %s', (_, text, instant) => {
    expect(Instant.parse(text)).toBe(instant);
  });

  test.each([
    ['a date', '2030-01-31'],
    ['a time without seconds', '2030-01-31T09:30Z'],
    ['a time of day', '09:30:00Z'],
    ['an offset without colon', '2030-01-01T00:00:00+0200'],
    ['an offset of a day', '2030-01-01T00:00:00+24:00'],
    ['words', 'tomorrow'],
    ['nothing', ''],
    ['Unix seconds', '1893456000'],
    ['a year of six digits', '+012030-01-01T00:00:00Z'],
    ['an offset that leads into the year 10000', '9999-12-31T23:30:00-01:00'],
    ['an offset that leads before the year 0', '0000-01-01T00:30:00+01:00'],
    ['words around', 'at 2030-01-31T09:30:00Z'],
  ])('is not %s', (_, text) => {
    expect(codeOf(Instant, text)).toBe('custom');
  });

  test.each([
    ['a day that its month does not have', '2030-02-30T00:00:00Z'],
    ['a leap day in another year', '2030-02-29T00:00:00+01:00'],
    ['hour 24', '2030-01-01T24:00:00Z'],
    ['a naive one', '2030-04-31T10:00:00'],
  ])('that does not exist is refused by name: %s', (_, text) => {
    expect(codeOf(Instant, text)).toBe('input.impossible_time');
  });

  test('is not a number', () => {
    expect(codeOf(Instant, 1_893_456_000)).toBe('invalid_type');
  });
});

test('UtcInstant is what Instant gives, and no other offset', () => {
  fc.assert(
    fc.property(instants, offsets, (at, offset) => UtcInstant.parse(Instant.parse(written(at, offset))) !== ''),
  );
  expect(UtcInstant.safeParse('2030-01-01T00:00:00+01:00').success).toBe(false);
});

describe('LocalTime', () => {
  const localTimes = fc.date({ min: new Date('1970-01-02'), max: new Date('9997-12-31'), noInvalidDate: true });

  test('is every minute of the calendar, as it is written', () => {
    fc.assert(
      fc.property(localTimes, (at) => {
        const text = at.toISOString().slice(0, 16);
        expect(LocalTime.parse(text)).toBe(text);
      }),
    );
  });

  test.each([
    '2030-02-29T10:00',
    '2030-02-30T10:00',
    '2030-00-10T10:00',
    '2030-01-01T24:00',
    '2030-01-01T10:60',
    '2030-13-01T10:00Z',
  ])('is not %j, which does not exist', (text) => {
    expect(codeOf(LocalTime, text)).toBe('input.impossible_time');
  });

  test.each([
    '2030-01-31T09:30Z',
    '2030-01-31T09:30+01:00',
    '2030-01-31T09:30:00',
    '2030-01-31',
    '09:30',
    '',
    '1969-12-31T10:00',
    '9998-01-01T00:00',
  ])('is not %j', (text) => {
    expect(codeOf(LocalTime, text)).toBe('custom');
  });
});

describe('TimeZone', () => {
  test('is every zone that this runtime knows', () => {
    const known = Intl.supportedValuesOf('timeZone');
    expect(known.filter((name) => !TimeZone.safeParse(name).success)).toEqual([]);
  });

  test.each(['UTC', 'Etc/GMT+5', 'Europe/Kiev'])('is %s', (name) => {
    expect(TimeZone.parse(name)).toBe(name);
  });

  test.each(['Mars/Olympus', '', '+02:00', '-0500', 'Europe', 'GMT+2', 'local'])('is not %j', (name) => {
    expect(codeOf(TimeZone, name)).toBe('input.unknown_time_zone');
  });
});

describe('page', () => {
  test('has 25 items unless the query says otherwise', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 25 });
    expect(PageQuery.parse({ limit: '100', cursor: 'x' })).toEqual({ limit: 100, cursor: 'x' });
  });

  test.each(['0', '101', '1.5', '-1', '', 'many', 'Infinity'])('has no limit %j', (limit) => {
    expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });

  test('ends with a null', () => {
    expect(pageOf(z.string()).parse({ items: ['a'], next: null })).toEqual({ items: ['a'], next: null });
    expect(pageOf(z.string()).safeParse({ items: [] }).success).toBe(false);
  });
});

describe('WebAddress', () => {
  test('has no control characters, and else stays as it is', () => {
    expect(WebAddress.parse(' https://a.example/\x01b?c=\x7fd#e')).toBe('https://a.example/b?c=d#e');
    expect(codeOf(WebAddress, 'ftp://a.example')).toBe('invalid_format');
    expect(codeOf(WebAddress, `https://a.example/${'b'.repeat(2048)}`)).toBe('too_big');
  });
});

describe('Written', () => {
  const short = Written.max(5);

  test('has no control characters but tabs and line breaks, and no blanks around it', () => {
    expect(Written.parse(' \0a\x08\tb\x0b\r\n\x1f\x7fc\x1b ')).toBe('a\tb\r\nc');
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(text, fc.nat(31), text, (before, code, after) => {
        const control = String.fromCharCode(code);
        const { data } = Written.safeParse(`${before}a${control}${after}`);
        expect(data).toContain('a');
        expect([...(data ?? '')].filter((sign) => sign < ' ' && !'\t\r\n'.includes(sign))).toEqual([]);
      }),
    );
  });

  test('is measured as it is kept', () => {
    expect(short.parse(`\x01${'x'.repeat(5)}\x01`)).toBe('xxxxx');
    expect(codeOf(short, 'x'.repeat(6))).toBe('too_big');
    expect(codeOf(short, ' \n ')).toBe('too_small');
  });

  test('keeps what signs and letters are made of', () => {
    for (const text of ['Grüße', '日本語', '👩‍👩‍👧', '\u202eabc', 'e\u0301', 'a\u0085b'])
      expect(Written.parse(text)).toBe(text);
  });

  test('of a row with nothing but control characters is read all the same', () => {
    expect(Written.parse('\x01\x02')).toBe('\x01');
    expect(Written.parse('\x01')).toBe('\x01');
  });
});
