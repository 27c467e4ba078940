const headerBytes = 8;

/** How long a video is by the beginning of its file (ISO 14496-12), as far as that tells: some have it at their end. */
export function mp4Seconds(beginning: Uint8Array): number | undefined {
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.byteLength);
  const movie = findBox(view, 'moov', { from: 0, to: view.byteLength });
  const header = movie && findBox(view, 'mvhd', movie);
  if (!header || header.from + 32 > view.byteLength) return undefined;
  const isLong = view.getUint8(header.from) === 1;
  const timescale = view.getUint32(header.from + (isLong ? 20 : 12));
  const duration = isLong ? Number(view.getBigUint64(header.from + 24)) : view.getUint32(header.from + 16);
  return timescale > 0 && duration > 0 ? duration / timescale : undefined;
}

type Range = { from: number; to: number };

/** What is in the first box of this kind. A box may reach beyond the bytes that are there. */
function findBox(view: DataView, kind: string, { from, to }: Range): Range | undefined {
  for (let at = from; at + 2 * headerBytes <= Math.min(to, view.byteLength); ) {
    const short = view.getUint32(at);
    const size = short === 1 ? Number(view.getBigUint64(at + headerBytes)) : short;
    const content = at + headerBytes * (short === 1 ? 2 : 1);
    if (kindAt(view, at) === kind) return { from: content, to: size === 0 ? to : at + size };
    if (size < headerBytes) return undefined;
    at += size;
  }
  return undefined;
}

const kindAt = (view: DataView, at: number) =>
  String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
