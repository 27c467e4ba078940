import { buildFunctions } from '../lib/bundles.ts';

/** Bundles every function and tells how large each came out. */
const startedAt = performance.now();
const bundles = await buildFunctions();
const kilobytes = (bytes: number) => `${Math.round(bytes / 1_000)} kB`.padStart(8);
for (const { entry, bytes, lazyBytes } of bundles.toSorted((one, other) => other.bytes - one.bytes))
  console.log(
    `${kilobytes(bytes)}  ${entry.domain}/${entry.name}${lazyBytes > 0 ? `, ${kilobytes(lazyBytes).trim()} more when needed` : ''}`,
  );
console.log(`${bundles.length} functions in ${Math.round(performance.now() - startedAt)} ms`);
