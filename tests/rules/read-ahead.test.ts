import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { domains } from '../../functions/contracts.ts';
import { mayReadAhead } from '../../functions/runtime/read-ahead.ts';
import { bundling } from '../../lib/bundles.ts';

const ahead = domains
  .flatMap(({ endpoints = {} }) => Object.values(endpoints))
  .filter((entry) => !entry.route.startsWith('GET ') && mayReadAhead(entry));

/** Ways into the world that do not wait for a request to be admitted. */
const unguarded =
  /@aws-sdk\/client-(?!dynamodb\/|sqs\/)|functions\/runtime\/(http|hosts|secrets|event-bus|probes)\.ts$/;

test('changes that read ahead can do nothing but what waits: their bundles hold no other way', async () => {
  const { metafile } = await build({
    ...bundling,
    sourcemap: false,
    write: false,
    metafile: true,
    outdir: 'nowhere',
    entryPoints: ahead.map(({ file }) => file),
  });
  const ways = Object.values(metafile.outputs).flatMap(({ entryPoint, inputs }) =>
    Object.entries(inputs)
      .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && unguarded.test(path))
      .map(([path]) => `${entryPoint} → ${path}`),
  );
  expect(ways).toEqual([]);
});
