import * as z from 'zod';
import type { SandboxApp } from '../sandbox-platform.ts';
import { blobCid } from './cid.ts';
import { failed, invalidRequest, xrpcError } from './refusals.ts';
import type { BlueskyStore } from './store.ts';
import { callerOf } from './tokens.ts';
import { queryOf } from './xrpc-input.ts';

const maxBlobBytes = 100_000_000;

export function addBlobs(app: SandboxApp, store: BlueskyStore) {
  app.post('/xrpc/com.atproto.repo.uploadBlob', async (c) => {
    const { did } = callerOf(c, store);
    const mimeType = c.req.header('Content-Type')?.split(';')[0];
    if (!mimeType) throw invalidRequest('Request encoding (Content-Type) required but not provided');
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length > maxBlobBytes) throw failed(413);
    const cid = blobCid(bytes);
    await store.files.put(cid, bytes);
    store.state.current.blobs[cid] = { cid, did, mimeType, size: bytes.length };
    store.state.changed();
    return c.json({ blob: { $type: 'blob', ref: { $link: cid }, mimeType, size: bytes.length } });
  });

  app.get('/xrpc/com.atproto.sync.getBlob', async (c) => {
    const { did, cid } = queryOf(c, z.object({ did: z.string(), cid: z.string() }));
    const blob = store.state.current.blobs[cid];
    const bytes = blob?.did === did ? await store.files.get(cid) : undefined;
    if (!blob || !bytes) throw xrpcError(400, 'BlobNotFound', 'Blob not found');
    // A blob comes from anyone, so no browser may take it for a page of this server.
    const headers = { 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "default-src 'none'; sandbox" };
    return c.body(bytes, 200, { 'Content-Type': blob.mimeType, ...headers });
  });
}

export const blobAddress = ({ url }: BlueskyStore, did: string, cid: string) =>
  `${url}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did, cid })}`;
