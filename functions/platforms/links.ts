/** A web address in a text, by its place in UTF-16 units. */
export type Link = { start: number; end: number; url: string };

const candidates = /https?:\/\/[^\s<>"「」]+/giu;
const trailing = /[.,:;!?*'"~&|$%@[\]]$/u;

/** The http and https addresses in a text, without the punctuation that follows them in a sentence. */
export function findLinks(text: string): Link[] {
  return [...text.matchAll(candidates)].flatMap(({ 0: found, index }) => {
    if (/[\p{L}\p{N}@$#_]$/u.test(text.slice(Math.max(0, index - 2), index))) return [];
    const url = trimmed(found);
    return URL.canParse(url) ? [{ start: index, end: index + url.length, url }] : [];
  });
}

/** `(see https://example.com/a_(b)).` names `https://example.com/a_(b)`: only a bracket opened inside belongs to it. */
function trimmed(found: string): string {
  let end = found.length;
  let open = count(found, '(') - count(found, ')');
  for (; end > 0; end--) {
    const last = found.charAt(end - 1);
    const closesNothing = last === ')' && open < 0;
    if (!closesNothing && last !== '(' && !trailing.test(last)) break;
    if (last === ')') open++;
    if (last === '(') open--;
  }
  return found.slice(0, end);
}

const count = (text: string, sign: string) => text.split(sign).length - 1;
