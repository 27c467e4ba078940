import { countryDomains, genericDomains } from './top-level-domains.ts';

export type XLink = { start: number; end: number; url: string };

const path = String.raw`(?::\d{1,5})?(?:[/?][^\s\p{Cf}<>"「」]*)?`;
const withProtocol = String.raw`https?://(?<host>[\p{L}\p{M}\p{N}\p{S}_-]+(?:\.[\p{L}\p{M}\p{N}\p{S}_-]+)+)(?<rest>${path})`;
const withoutProtocol = String.raw`(?<![-_./\p{L}\p{N}@＠$#＃])(?<bare>[a-z0-9_-]+(?:\.[a-z0-9_-]+)+)(?<bareRest>${path})`;
const candidates = new RegExp(`(?<![A-Za-z0-9@＠$#＃])${withProtocol}|${withoutProtocol}`, 'giu');
const trailing = /[.,:;!?*'"~&|$%@[\]()]+$/u;

/** What X makes a link of, with or without a protocol. */
export function findXLinks(text: string): XLink[] {
  return [...text.matchAll(candidates)].flatMap((found) => {
    const { host, bare, rest = '', bareRest = '' } = found.groups ?? {};
    if (!(host === undefined ? isBareLink(bare ?? '', bareRest) : isHost(host))) return [];
    const tail = (rest + bareRest).replace(trailing, '');
    const url = found[0].slice(0, found[0].length - (rest + bareRest).length) + tail;
    return [{ start: found.index, end: found.index + url.length, url }];
  });
}

const maxLabelLength = 63;

/** Every part within what the domain name system takes, in its own letters. */
function isHost(host: string): boolean {
  if (!URL.canParse(`https://${host}`)) return false;
  const labels = new URL(`https://${host}`).hostname.split('.');
  return labels.every((label) => label.length <= maxLabelLength && !/^-|-$/.test(label));
}

/** Without a path, a name right below the domain of a country is no link, but for those that everybody uses. */
function isBareLink(host: string, rest: string): boolean {
  const labels = host.toLowerCase().split('.');
  const top = labels.at(-1) ?? '';
  if (!isHost(host)) return false;
  if (genericDomains.has(top)) return true;
  if (!countryDomains.has(top)) return false;
  return labels.length > 2 || rest.startsWith('/') || top === 'co' || top === 'tv';
}
