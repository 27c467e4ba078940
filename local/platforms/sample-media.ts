/** A picture of one pixel (JPEG), for trying posts with pictures. */
export const samplePicture = new Uint8Array(
  Buffer.from(
    `/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP${'/'.repeat(86)}wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=`,
    'base64',
  ),
);

/** A file that looks like an MP4 from outside: its first box says so, the rest is one box of `bytes` in all. */
export function sampleVideo(bytes = 64 * 1024): Uint8Array<ArrayBuffer> {
  const brand = Buffer.from('0000001466747970697363350000020069736f6d', 'hex'); // ftyp isom
  const video = Buffer.alloc(bytes, 'a video of nothing ');
  brand.copy(video);
  video.writeUInt32BE(bytes - brand.length, brand.length);
  video.write('mdat', brand.length + 4, 'latin1');
  return new Uint8Array(video);
}

/** Where every sandbox serves them, so that a post can name them without a file of one's own. */
export const samplePaths = { picture: '/sandbox/sample.jpg', video: '/sandbox/sample.mp4' };
