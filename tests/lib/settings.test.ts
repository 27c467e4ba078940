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
    expect(() => settingsOf('live')).toThrow('no stage "live"; there are local, dev, staging, prod');
  });
});
