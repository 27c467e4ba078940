import { describe, expect, test } from 'vitest';
import { mp4Seconds } from '../../functions/platforms/mp4-duration.ts';

/** Boxes as ISO 14496-12 §4.2 has them: size, kind, content. */
function box(kind: string, content: Buffer, claimed = content.length + 8): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(claimed);
  header.write(kind, 4, 'latin1');
  return Buffer.concat([header, content]);
}

/** §8.2.2, in its two versions. */
function movieHeader(version: 0 | 1, timescale: number, duration: number): Buffer {
  const content = Buffer.alloc(version === 1 ? 112 : 100);
  content.writeUInt8(version);
  content.writeUInt32BE(timescale, version === 1 ? 20 : 12);
  if (version === 1) content.writeBigUInt64BE(BigInt(duration), 24);
  else content.writeUInt32BE(duration, 16);
  return box('mvhd', content);
}
const brand = box('ftyp', Buffer.from('isom\0\0\x02\0isom'));

describe('the length of an MP4', () => {
  test.each([0, 1] as const)('is in its head, version %i', (version) => {
    const file = Buffer.concat([brand, box('moov', movieHeader(version, 600, 600 * 42))]);
    expect(mp4Seconds(file)).toBe(42);
  });

  test('is found where the box goes on beyond what is there', () => {
    const file = Buffer.concat([brand, box('moov', movieHeader(0, 1000, 1500), 1_000_000)]);
    expect(mp4Seconds(file)).toBe(1.5);
  });

  test('is found behind a box of 64 bits', () => {
    const wide = Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from('free'), Buffer.alloc(8), Buffer.alloc(16)]);
    wide.writeBigUInt64BE(BigInt(wide.length), 8);
    expect(mp4Seconds(Buffer.concat([wide, box('moov', movieHeader(0, 10, 70))]))).toBe(7);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['some text', Buffer.from('this is no video, but has some length all the same')],
    ['a head at the end', Buffer.concat([brand, box('mdat', Buffer.alloc(64), 1_000_000)])],
    ['a movie without a header', Buffer.concat([brand, box('moov', box('trak', Buffer.alloc(64)))])],
    ['a header that is cut', Buffer.concat([brand, box('moov', movieHeader(0, 1, 1).subarray(0, 30), 200)])],
    ['no duration', box('moov', movieHeader(0, 600, 0))],
    ['a box of no size', Buffer.concat([box('free', Buffer.alloc(64), 4)])],
  ])('is not known of %s', (_, file) => {
    expect(mp4Seconds(file)).toBeUndefined();
  });
});
