/** https://docs.x.com/fundamentals/counting-characters: what counts two, emoji among it; links count 23. */
const twos = /[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]/gu;

/** The sandbox knows links by their protocol only. */
export const linkPattern = /https?:\/\/[^\s<>]+[^\s<>.,:;!?)\]'"]/giu;

export function weightOf(text: string): number {
  const normal = text.normalize('NFC');
  const links = normal.match(linkPattern)?.length ?? 0;
  const rest = normal.replace(linkPattern, '').replace(/\p{RGI_Emoji}/gv, '\u{1F600}');
  return links * 23 + [...rest].length + (rest.match(twos)?.length ?? 0);
}
