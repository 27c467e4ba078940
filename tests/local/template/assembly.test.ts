import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readAssembly } from '../../../local/template/assembly.ts';

const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(directory, { recursive: true }));

function write(file: string, content: object) {
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
}

test('an assembly gives its stacks, those of its stages too, and where their assets lie', () => {
  const stack = (templateFile: string, environment: string, more = {}) => ({
    type: 'aws:cloudformation:stack',
    environment,
    properties: { templateFile, ...more },
  });
  write('manifest.json', {
    artifacts: {
      one: stack('one.json', 'aws://unknown-account/unknown-region'),
      'one.assets': { type: 'cdk:asset-manifest', properties: { file: 'one.assets.json' } },
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'stage' } },
    },
  });
  write('one.json', { Resources: { A: { Type: 'T' } } });
  write('one.assets.json', {
    files: { hash: { source: { path: 'asset.hash' }, destinations: { here: { objectKey: 'hash.zip' } } } },
  });
  write('stage/manifest.json', {
    artifacts: { two: stack('two.json', 'aws://111122223333/eu-west-1', { stackName: 'named' }) },
  });
  write('stage/two.json', {});

  const { stacks, assetDirectory } = readAssembly(directory);
  expect(stacks).toMatchObject([
    {
      name: 'one',
      account: '000000000000',
      region: 'us-east-1',
      template: { Resources: { A: { Type: 'T', Properties: {} } } },
    },
    { name: 'named', account: '111122223333', region: 'eu-west-1', template: { Resources: {} } },
  ]);
  expect(assetDirectory('hash.zip')).toBe(join(directory, 'asset.hash'));
  expect(assetDirectory('other.zip')).toBeUndefined();
});
