import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { settings, settingsOf } from '../../lib/settings.ts';

describe('settings', () => {
  test('let private addresses be called on a developer machine only', () => {
    const allowing = Object.values(settings).filter(({ privateHosts }) => privateHosts === 'allow');
    expect(allowing.map(({ stage }) => stage)).toEqual(['local']);
  });

  test('open no deployed stage to every origin', () => {
    for (const { stage, corsOrigins } of Object.values(settings))
      expect(corsOrigins.includes('*'), stage).toBe(stage === 'local');
  });

  test('name the stages there are when asked for another', () => {
    expect(settingsOf('prod')).toBe(settings.prod);
    expect(() => settingsOf('live')).toThrow('no stage "live"; there are dev, staging, prod');
  });
});

describe('lib', () => {
  test('never asks which stage it is: what differs is a setting', () => {
    const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const asking = files.filter((file) =>
      /stage [!=]==|=== '(local|dev|staging|prod)'/.test(readFileSync(join('lib', file), 'utf8')),
    );
    expect(asking.filter((file) => file !== 'settings.ts')).toEqual([]);
  });
});
