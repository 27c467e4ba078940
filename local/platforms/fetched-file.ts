const timeoutMs = 10_000;

/** Fetches a file as platforms do that are given its address: whole, within a bound, without following redirects. */
export async function fetchedFile(
  url: string,
  maxBytes: number,
): Promise<{ type: string; bytes: Uint8Array } | 'unreachable' | 'too_large'> {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status !== 200) return 'unreachable';
    const type = (answer.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body ?? []) {
      size += part.length;
      if (size > maxBytes) return 'too_large';
      parts.push(part);
    }
    return size === 0 ? 'unreachable' : { type, bytes: Buffer.concat(parts) };
  } catch {
    return 'unreachable'; // nobody there, no answer in time, a redirect
  }
}
