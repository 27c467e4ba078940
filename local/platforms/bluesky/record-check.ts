import type { Json } from './cid.ts';
import { BlobRef, recordRules, tidCollections } from './post-rules.ts';
import { invalidRequest, xrpcError } from './refusals.ts';
import type { RecordValue } from './state.ts';
import { type BlueskyStore, tidPattern } from './store.ts';
import { firstIssue } from './xrpc-input.ts';

const recordKeyPattern = /^(?!\.{1,2}$)[\w.~:-]{1,512}$/;
const maxImageBytes = 2_000_000;

export function checkRecordKey(collection: string, rkey: string) {
  if (!recordKeyPattern.test(rkey)) throw invalidRequest(`Invalid record key (got "${rkey}") at $.rkey`);
  if (tidCollections.includes(collection) && !tidPattern.test(rkey)) {
    throw invalidRequest(`Invalid record key for ${collection}: Invalid TID string (got "${rkey}") at $`);
  }
}

/** Whether the record was checked: true and false are the client's wish, undefined checks what is known. */
type Wish = boolean | undefined;

/** The record as it is stored, with its `$type`, and what a real server says of it. */
export function checkedRecord(store: BlueskyStore, collection: string, record: RecordValue, validate: Wish) {
  const type = record.$type ?? collection;
  if (type !== collection) throw invalidRequest(`Invalid $type: expected ${collection}, got ${String(type)}`);
  const value: RecordValue = { ...record, $type: collection };
  const rules = recordRules[collection];
  if (validate && !rules) throw invalidRequest(`Unknown lexicon type: ${collection}`);
  const checked = validate === false ? undefined : rules?.safeParse(value);
  if (checked?.error) throw invalidRequest(`Invalid ${collection} record: ${firstIssue(checked.error, '$.record')}`);
  for (const blob of blobsIn(value)) checkBlob(store, blob);
  if (validate === false) return { value };
  return { value, validationStatus: checked ? ('valid' as const) : ('unknown' as const) };
}

function blobsIn(value: Json): BlobRef[] {
  if (typeof value !== 'object' || value === null) return [];
  const blob = BlobRef.safeParse(value);
  return blob.success ? [blob.data] : Object.values(value).flatMap(blobsIn);
}

function checkBlob({ state }: BlueskyStore, { ref, mimeType, size }: BlobRef) {
  const blob = state.current.blobs[ref.$link];
  if (!blob) throw xrpcError(400, 'BlobNotFound', `Could not find blob: ${ref.$link}`);
  if (blob.mimeType !== mimeType) {
    throw xrpcError(
      400,
      'InvalidMimeType',
      `Referenced MimeType does not match stored blob. Expected: ${blob.mimeType}, Got: ${mimeType}`,
    );
  }
  if (blob.size !== size) {
    throw xrpcError(
      400,
      'InvalidSize',
      `Referenced size does not match stored blob. Expected: ${blob.size}, Got: ${size}`,
    );
  }
  if (mimeType.startsWith('image/') && size > maxImageBytes) {
    throw xrpcError(
      400,
      'BlobTooLarge',
      `This file is too large. It is ${size} bytes but the maximum size is ${maxImageBytes} bytes.`,
    );
  }
}
