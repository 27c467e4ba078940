const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Whole numbers that JavaScript may round. */
const tooLong = /^-?\d{16,}$/;

/** JSON with its long numbers as strings: TikTok's ids are 64 bits. */
export const exactJson = (text: string): string =>
  text.replace(stringOrNumber, (found) => (tooLong.test(found) ? `"${found}"` : found));
