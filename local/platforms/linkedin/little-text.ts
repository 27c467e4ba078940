const element =
  /\\(?<plain>.)|@\[(?<name>(?:\\.|[^\\\]])*)\]\(urn:li:(?:person|organization):\w+\)|\{hashtag\|\\?(?<sign>[#＃])\|(?<word>(?:\\.|[^\\|}])*)\}|(?<tag>#[\p{L}\p{M}\p{N}_]+)|(?<text>[^\\|{}@[\]()<>#*_~]+)/suy;

/** What LinkedIn shows of a text in its "little" format: it ends at the first character that is reserved and not escaped. */
export function shownText(commentary: string): string {
  const parts: string[] = [];
  element.lastIndex = 0;
  for (let found = element.exec(commentary); found?.groups; found = element.exec(commentary)) {
    const { plain, name, sign, word, tag, text } = found.groups;
    parts.push(plain ?? text ?? tag ?? (sign === undefined ? bare(name) : sign + bare(word)));
  }
  return parts.join('');
}

const bare = (text = '') => text.replace(/\\(.)/gsu, '$1');
